//! Our client of clamd against the counterpart.

mod support;

use bytes::Bytes;
use connect::clamd::{Address, Clamd};
use futures_util::stream;
use serde_json::json;
use service::ports::scan::{Content, ScanError, Scanner, Verdict};
use std::io;
use support::Sandbox;

const NOWHERE: &str = "http://127.0.0.1:9/callbacks/wechat";

/// The harmless test string, in two pieces.
fn eicar() -> Vec<u8> {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat().into_bytes()
}

/// Content as the file store gives it: in parts, some of them empty.
fn parts(bytes: &[u8]) -> Content {
    let mut list: Vec<io::Result<Bytes>> = bytes.chunks(50_000).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
    list.insert(0, Ok(Bytes::new()));
    Box::pin(stream::iter(list))
}

async fn scanned(scanner: &Clamd, bytes: &[u8]) -> Result<Verdict, ScanError> {
    scanner.scan(parts(bytes)).await
}

fn is_unreachable(outcome: &Result<Verdict, ScanError>) -> bool {
    matches!(outcome, Err(ScanError::Unreachable(_)))
}

#[tokio::test]
async fn m3_the_test_virus_is_found_and_nothing_else() {
    let sandbox = Sandbox::start(NOWHERE);
    let scanner = sandbox.scanner();
    assert_eq!(scanned(&scanner, b"").await, Ok(Verdict::Clean));
    assert_eq!(scanned(&scanner, &vec![b'x'; 3_000_000]).await, Ok(Verdict::Clean));
    let found = Verdict::Infected { name: "Eicar-Test-Signature".into() };
    assert_eq!(scanned(&scanner, &eicar()).await, Ok(found.clone()));
    // Across the border of two chunks.
    let mut hidden = vec![b'%'; 49_970];
    hidden.extend(eicar());
    hidden.extend(vec![b'%'; 100_000]);
    assert_eq!(scanned(&scanner, &hidden).await, Ok(found));
}

#[tokio::test]
async fn m3_a_scanner_in_trouble_makes_no_file_clean() {
    let sandbox = Sandbox::start(NOWHERE);
    let scanner = sandbox.scanner();
    for fault in ["down", "garbage", "error"] {
        sandbox.faults(json!({ "scan": fault })).await;
        assert!(is_unreachable(&scanned(&scanner, b"content").await), "{fault}");
    }
    sandbox.faults(json!({ "scan": "slow_ms:300" })).await;
    assert_eq!(scanned(&scanner, b"content").await, Ok(Verdict::Clean), "late is not never");
    sandbox.faults(json!({ "scan": "size_limit" })).await;
    assert_eq!(scanned(&scanner, b"content").await, Err(ScanError::TooBig));
    assert_eq!(scanned(&scanner, b"content").await, Ok(Verdict::Clean));
    let nobody = Clamd::new(Address::Tcp("127.0.0.1:9".into()));
    assert!(is_unreachable(&scanned(&nobody, b"content").await));
}

#[tokio::test]
async fn m3_what_cannot_be_read_to_its_end_is_not_judged() {
    let sandbox = Sandbox::start(NOWHERE);
    let broken: Vec<io::Result<Bytes>> = vec![Ok(Bytes::from_static(b"a beginning")), Err(io::Error::other("changed"))];
    let outcome = sandbox.scanner().scan(Box::pin(stream::iter(broken))).await;
    assert!(is_unreachable(&outcome), "{outcome:?}");
}
