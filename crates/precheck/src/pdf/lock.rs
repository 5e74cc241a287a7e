//! Passwords (7.6): does the file open without one?

use super::load::Loaded;
use lopdf::{Dictionary, Document, EncryptionState, Object};

/// State of a file's lock.
pub(super) enum Lock {
    /// Not encrypted.
    None,
    /// Encrypted with an empty user password: opens for everybody, but forbids something.
    Opened(Box<EncryptionState>),
    /// Needs a password, or a security handler that nobody here has.
    NeedsPassword,
}

/// Tries the empty user password.
pub(super) fn open(loaded: &Loaded) -> Lock {
    let encrypt = match loaded.trailer.get(b"Encrypt") {
        Ok(value) => loaded.resolve(value),
        Err(_) => return Lock::None,
    };
    let Ok(encrypt) = encrypt.as_dict() else {
        // `/Encrypt null` is the same as no entry (7.3.9).
        return if encrypt.is_null() { Lock::None } else { Lock::NeedsPassword };
    };
    try_empty(loaded, encrypt).map_or(Lock::NeedsPassword, |state| Lock::Opened(Box::new(state)))
}

fn try_empty(loaded: &Loaded, encrypt: &Dictionary) -> Option<EncryptionState> {
    let mut document = Document::new();
    if let Ok(id) = loaded.trailer.get(b"ID") {
        document.trailer.set("ID", resolved(loaded, id, 0));
    }
    let encrypt = resolved(loaded, &Object::Dictionary(encrypt.clone()), 0);
    document.objects.insert((1, 0), encrypt);
    document.trailer.set("Encrypt", Object::Reference((1, 0)));
    document.authenticate_raw_user_password(b"").ok()?;
    EncryptionState::decode(&document, b"").ok()
}

/// A copy with the references of the upper levels replaced; lopdf wants direct values here.
fn resolved(loaded: &Loaded, object: &Object, depth: u32) -> Object {
    if depth > 3 {
        return Object::Null;
    }
    match loaded.resolve(object) {
        Object::Array(items) => {
            Object::Array(items.iter().take(16).map(|item| resolved(loaded, item, depth + 1)).collect())
        }
        Object::Dictionary(dict) => {
            let mut copy = Dictionary::new();
            for (key, value) in dict.iter().take(64) {
                copy.set(key.clone(), resolved(loaded, value, depth + 1));
            }
            Object::Dictionary(copy)
        }
        other => other.clone(),
    }
}
