//! Pages of `help`: questions, 办不成事, privacy; and the list of result documents (证照).

mod answers;
mod licences;
mod privacy;
mod stuck;

pub use answers::help;
pub use licences::licences;
pub use privacy::privacy;
pub use stuck::stuck;
