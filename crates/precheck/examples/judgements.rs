//! Prints how often the check is wrong, per class of judgement, on the corpus of a seed, and how
//! long it takes: `cargo run --release -p precheck --features corpus --example judgements [SEED]`.
//!
//! Without a seed: the one on which thresholds are set, then the one that is only measured. The
//! variable `SHOW` names a class whose errors are listed, `SAVE` a folder for the files.

use precheck::corpus::{self, REPORTED_SEED, SEED, score};
use precheck::{Limits, Report, check};
use std::time::Instant;

fn main() {
    let seeds: Vec<u64> = std::env::args().skip(1).filter_map(|seed| seed.parse().ok()).collect();
    for seed in if seeds.is_empty() { vec![SEED, REPORTED_SEED] } else { seeds } {
        table(seed);
    }
    for (width, height) in [(4000, 3000), (3000, 4000)] {
        let bytes = corpus::large_photograph(width, height);
        let began = Instant::now();
        let report = check("照片.jpg", None, &bytes, &Limits::default());
        println!(
            "{width} x {height}, {} KiB: {} ms, {:?}",
            bytes.len() / 1024,
            began.elapsed().as_millis(),
            report.findings
        );
    }
}

fn table(seed: u64) {
    let began = Instant::now();
    let judged: Vec<_> = corpus::judged(seed);
    println!("seed {seed}: {} files, made and judged in {} ms", judged.len(), began.elapsed().as_millis());
    println!(
        "| class | flawed | missed | misses % | sound | accused | false alarms % |\n|---|---|---|---|---|---|---|"
    );
    for row in score::rows(&judged) {
        let share = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
        println!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            row.class,
            row.flawed,
            row.missed,
            share(row.misses()),
            row.sound,
            row.accused,
            share(row.alarms()),
        );
    }
    if std::env::var_os("SHOW").is_some() {
        for (index, (case, report)) in judged.iter().enumerate() {
            let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.as_str()).collect();
            let Report { sharpness, fingerprint, .. } = report;
            println!("{index} {} {:?} {sharpness:?} {codes:?} {fingerprint:?}", case.name, case.label);
        }
    }
    if let Some(folder) = std::env::var_os("SAVE") {
        for (index, (case, _)) in judged.iter().enumerate() {
            let path = std::path::Path::new(&folder).join(format!("{index}-{}", case.name));
            std::fs::write(path, &case.bytes).expect("a folder to write to");
        }
    }
}
