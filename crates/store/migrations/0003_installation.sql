-- What is true of this installation as a whole: the fingerprint of its master key.
create table installation (
    name text not null primary key,
    value text not null
);
