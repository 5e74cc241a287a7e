//! Unpredictable bytes for request numbers.

/// `N` bytes from the cryptographic generator.
///
/// Panics if the generator fails: a server without randomness cannot issue sessions either.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0_u8; N];
    aws_lc_rs::rand::fill(&mut out).expect("the random generator is a precondition of serving");
    out
}
