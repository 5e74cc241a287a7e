//! Files of the corpus, damaged: no parser panics, none takes long.

use super::judged;
use crate::corpus::Case;
use crate::input::Input;
use std::time::Instant;

/// Rounds for each kind of file; with the same seeds each time.
const ROUNDS: u64 = 2000;

/// Small repeatable random numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (below.max(1) as u64)).unwrap()
    }
}

fn damage(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(6) {
            0 => bytes.truncate(at),
            1 => {
                for _ in 0..=dice.roll(20) {
                    let at = dice.roll(bytes.len());
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << dice.roll(8);
                    }
                }
            }
            // The head tells the parser most.
            2 => {
                let at = dice.roll(bytes.len().min(700));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = [0, 1, 0x7F, 0x80, 0xFF][dice.roll(5)];
                }
            }
            3 => {
                let from = dice.roll(other.len());
                let part = other[from..other.len().min(from + 1 + dice.roll(4000))].to_vec();
                bytes.splice(at..at, part);
            }
            4 => {
                let end = (at + dice.roll(4000)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + dice.roll(2000)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
}

fn damaged_files_of(magic: &[u8]) {
    let mut files: Vec<&Case> =
        judged().iter().map(|(case, _)| case).filter(|case| case.bytes.starts_with(magic)).collect();
    // The smaller ones take less time.
    files.sort_by_key(|case| case.bytes.len());
    files.truncate((files.len() / 3).max(12));
    for round in 0..ROUNDS {
        let mut dice = Dice(round + 1);
        let case = files[dice.roll(files.len())];
        let other = files[dice.roll(files.len())];
        let mut bytes = case.bytes.clone();
        damage(&mut bytes, &other.bytes, &mut dice);
        let began = Instant::now();
        // Not through `check`, which would catch the panic.
        crate::look(&case.name, case.media_type, &Input::whole(&bytes), &case.limits);
        assert!(began.elapsed().as_secs() < 10, "round {round}: {:?}", began.elapsed());
    }
}

#[test]
fn m3_damaged_jpegs_never_panic() {
    damaged_files_of(b"\xFF\xD8");
}

#[test]
fn m3_damaged_pngs_never_panic() {
    damaged_files_of(b"\x89PNG");
}

#[test]
fn m3_damaged_pdfs_never_panic() {
    damaged_files_of(b"%PDF");
}
