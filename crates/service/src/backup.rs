//! `onevisit backup`: a consistent copy of database and files while the server runs. Content is
//! sealed, so the copy is only readable with the master key, which is to be kept elsewhere.

use crate::{Failure, Service};
use std::path::Path;

impl Service {
    /// Copies into `to`; gives the number of files copied. `PostgreSQL` has `pg_dump` for its part.
    pub async fn backup(&self, data_dir: &Path, to: &Path) -> Result<usize, Failure> {
        std::fs::create_dir_all(to).map_err(Failure::internal)?;
        let target = to.join("onevisit.db");
        if target.exists() {
            return Err(Failure::Internal(format!("{} exists already", target.display())));
        }
        if self.db.copy_to(&target).await? {
            std::fs::File::open(&target).and_then(|f| f.sync_all()).map_err(Failure::internal)?;
        }
        // Files are written once and never changed: a plain copy after the database is complete.
        let (from, to) = (data_dir.join("files"), to.join("files"));
        tokio::task::spawn_blocking(move || copy(&from, &to))
            .await
            .map_err(Failure::internal)?
            .map_err(Failure::internal)
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<usize> {
    std::fs::create_dir_all(to)?;
    let mut count = 0;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            count += copy(&entry.path(), &target)?;
        } else {
            match std::fs::copy(entry.path(), &target) {
                Ok(_) => count += 1,
                // Removed meanwhile, or not finished when it was listed: the database does not refer to it.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(count)
}
