//! Skips work whose inputs have not changed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Every file below `dir`, in a fixed order, without build results and hidden folders.
pub fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(next) = waiting.pop() {
        if next.is_file() {
            found.push(next);
            continue;
        }
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                waiting.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// One number for the names and contents of everything below `inputs`.
/// It only decides whether to build again, so it need not withstand an attacker.
pub fn digest(root: &Path, inputs: &[&str], extra: &str) -> String {
    let mut hasher = DefaultHasher::new();
    extra.hash(&mut hasher);
    for input in inputs {
        for file in files_below(&root.join(input)) {
            file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
            fs::read(&file).unwrap_or_default().hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

/// Is the work of this digest done already?
pub fn is_fresh(stamp: &Path, digest: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found == digest)
}
