//! Check characters after ISO 7064 (GB/T 17710): the pure system MOD 11-2 and the hybrid systems.

/// Value of a character of `0-9A-Z` (0–35); `None` for anything else, lower case included.
pub const fn value36(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some((byte - b'0') as u32),
        b'A'..=b'Z' => Some((byte - b'A') as u32 + 10),
        _ => None,
    }
}

/// Check character of MOD 11-2 over ASCII digits: `0`–`9` or `X`. `None` when a byte is no digit.
///
/// Told apart by it: every single wrong digit and every swap of two neighbours.
pub fn mod_11_2(digits: &[u8]) -> Option<u8> {
    let mut product = 0_u32;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        product = (product + value36(byte)?) * 2 % 11;
    }
    let check = (12 - product) % 11;
    b"0123456789X".get(check as usize).copied()
}

/// Check character of a hybrid system MOD (m+1, m) over `0-9A-Z`.
///
/// `modulus` is 36 for MOD 37,36 or 10 for MOD 11,10. `None` when a character lies outside the alphabet.
/// Every single wrong character is told; of the swaps of two neighbours about one in six hundred (MOD 37,36)
/// or one in forty-five (MOD 11,10) is not, which is a property of the standard.
pub fn hybrid(text: &[u8], modulus: u32) -> Option<u8> {
    let mut product = modulus;
    for &byte in text {
        let value = value36(byte).filter(|v| *v < modulus)?;
        let sum = match (product + value) % modulus {
            0 => modulus,
            rest => rest,
        };
        product = sum * 2 % (modulus + 1);
    }
    let check = (modulus + 1 - product) % modulus;
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".get(check as usize).copied()
}
