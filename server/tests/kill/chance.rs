//! Chance that can be repeated: the seed is printed, and `KILL_SEED` sets it.

use std::time::Duration;

/// `SplitMix64` (Steele, Lea, Flood 2014).
pub struct Chance(u64);

impl Chance {
    pub fn new(what: &str) -> Self {
        let fresh = || u64::from_be_bytes(uuid::Uuid::now_v7().as_bytes()[8..].try_into().expect("eight bytes"));
        let seed = std::env::var("KILL_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or_else(fresh);
        println!("{what}: KILL_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An instant within the time, the ends included.
    pub fn within(&mut self, longest: Duration) -> Duration {
        let micros = u64::try_from(longest.as_micros()).expect("short");
        Duration::from_micros(self.next() % (micros + 1))
    }
}

/// How often each door is hit: `KILL_LOOPS`, else 40 in the long run before a release, else 5.
pub fn loops() -> usize {
    let usual = if std::env::var_os("ONEVISIT_LONG").is_some() { 40 } else { 5 };
    std::env::var("KILL_LOOPS").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}
