//! Staff passwords: PBKDF2-HMAC-SHA-256 with a salt each, behind one seam.

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use std::num::NonZeroU32;

/// OWASP's figure for PBKDF2-HMAC-SHA-256.
const ITERATIONS: u32 = 600_000;
const SALT: usize = 16;
const HASH: usize = 32;

/// `pbkdf2-sha256$iterations$salt$hash`, hex.
pub fn hash(password: &str) -> Result<String, store::VaultError> {
    let salt = store::vault::random::<SALT>()?;
    let iterations = NonZeroU32::new(ITERATIONS).unwrap_or(NonZeroU32::MIN);
    let mut out = [0_u8; HASH];
    pbkdf2::derive(PBKDF2_HMAC_SHA256, iterations, &salt, password.as_bytes(), &mut out);
    Ok(format!("pbkdf2-sha256${ITERATIONS}${}${}", hex::encode(salt), hex::encode(out)))
}

/// Whether the password is the one that was hashed. Slow on purpose: keep off async threads.
pub fn verify(stored: &str, password: &str) -> bool {
    let parts: Vec<&str> = stored.split('$').collect();
    let [_, iterations, salt, hash] = parts[..] else { return false };
    let (Ok(iterations), Ok(salt), Ok(hash)) = (iterations.parse(), hex::decode(salt), hex::decode(hash)) else {
        return false;
    };
    let Some(iterations) = NonZeroU32::new(iterations) else { return false };
    pbkdf2::verify(PBKDF2_HMAC_SHA256, iterations, &salt, password.as_bytes(), &hash).is_ok()
}

/// A hash that no password has.
pub(crate) fn placeholder() -> String {
    format!("pbkdf2-sha256${ITERATIONS}${}${}", "00".repeat(SALT), "00".repeat(HASH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_verifies() {
        let stored = hash("窗口-一号").expect("random source");
        assert!(verify(&stored, "窗口-一号"));
        assert!(!verify(&stored, "窗口-二号"));
        assert!(!verify("rubbish", "窗口-一号") && !verify(&placeholder(), ""));
    }
}
