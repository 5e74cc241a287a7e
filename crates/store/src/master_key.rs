//! The master key file: 64 hexadecimal digits, readable by the server's account only.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::vault::{KEY_LEN, VaultError, random};

/// The file's name within the data folder.
pub const MASTER_KEY_FILE: &str = "master.key";

/// Reads `master.key` in `dir`, or makes it: mode 0600, synced together with its folder before it
/// is used, so that nothing is ever sealed with a key that a power cut could take away. Of two
/// servers starting at once, both get the same key. A file that others can read is refused.
///
/// Losing this file loses all sealed data: it belongs into the backup, apart from the database.
pub fn load_or_create_master_key(dir: &Path) -> Result<[u8; KEY_LEN], VaultError> {
    let path = dir.join(MASTER_KEY_FILE);
    if let Some(key) = load(&path)? {
        return Ok(key);
    }
    create(dir, &path)?;
    load(&path)?.ok_or_else(|| VaultError::MasterKey("the new file has vanished".to_owned()))
}

fn load(path: &Path) -> Result<Option<[u8; KEY_LEN]>, VaultError> {
    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions().mode(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("cannot read", &error)),
    };
    if mode & 0o077 != 0 {
        return Err(VaultError::MasterKey(format!("others can read {}; run chmod 600 on it", path.display())));
    }
    let text = fs::read_to_string(path).map_err(|error| failed("cannot read", &error))?;
    let mut key = [0; KEY_LEN];
    hex::decode_to_slice(text.trim_end(), &mut key)
        .map_err(|_| VaultError::MasterKey("the file is not 64 hexadecimal digits".to_owned()))?;
    Ok(Some(key))
}

/// Written beside and linked into place: the name either has the whole key or does not exist, and
/// an existing key is never replaced.
fn create(dir: &Path, path: &Path) -> Result<(), VaultError> {
    let draft = dir.join(format!(".{MASTER_KEY_FILE}.{}", hex::encode(random::<8>()?)));
    let written = write_draft(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    });
    let removed = fs::remove_file(&draft);
    written.and(removed).and_then(|()| File::open(dir)?.sync_all()).map_err(|error| failed("cannot create", &error))
}

fn write_draft(draft: &Path) -> std::io::Result<()> {
    let key = random::<KEY_LEN>().map_err(std::io::Error::other)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    writeln!(file, "{}", hex::encode(key))?;
    file.sync_all()
}

fn failed(what: &str, error: &std::io::Error) -> VaultError {
    VaultError::MasterKey(format!("{what}: {error}"))
}
