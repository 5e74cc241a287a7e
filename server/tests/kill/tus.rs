//! Resumable uploads through kills: no acknowledged byte is asked for again, and the end is one file.

use crate::chance::loops;
use crate::support::{FOOD, link_on, pdf};
use crate::town::{Citizen, Town};
use crate::{NEW, files_on, window};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const PIECE: usize = 700_000;

fn piece(citizen: &Citizen, upload: &str, offset: usize, bytes: &[u8]) -> reqwest::RequestBuilder {
    let at = offset.to_string();
    let headers = [("upload-offset", at.as_str()), ("content-type", "application/offset+octet-stream")];
    citizen.tus("PATCH", upload, &headers, bytes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_every_acknowledged_piece_survives_kills_and_the_end_is_one_file() {
    let mut town = Town::open("tus").await;
    let mut citizen = town.sign_in("13800000007").await;
    let draft = citizen.begin(FOOD).await;
    citizen.post(&format!("{draft}/form/shop"), &NEW).await;
    let slot = format!("{}/safety_rules", draft.replace("/apply/", "/tus/drafts/"));
    let materials = format!("{draft}/materials");
    let mut longest = Duration::from_millis(60);
    for turn in 0..loops() {
        let mut content = pdf(&format!("turn {turn}"));
        content.resize(2_000_000 + turn, b'\n');
        let length = content.len().to_string();
        let request = citizen.tus("POST", &slot, &[("upload-length", length.as_str())], b"");
        let begun = citizen.send(request).await;
        assert_eq!(begun.status, 201, "turn {turn}: {}", begun.text());
        let upload = begun.location;
        let (mut offset, mut file) = (0, String::new());
        // The last piece also brings the file into its slot.
        for end in [PIECE, 2 * PIECE, content.len()] {
            let request = piece(&citizen, &upload, offset, &content[offset..end]);
            let answer = town.kill_during(longest, request).await;
            let acknowledged = answer.filter(|a| a.status == 204).map_or(offset, |a| a.number("upload-offset"));
            town.verify_and_start().await;
            let request = citizen.tus("HEAD", &upload, &[], b"");
            let there = citizen.send(request).await.number("upload-offset");
            assert!(
                (acknowledged..=end).contains(&there),
                "turn {turn}: {acknowledged} of {end} were acknowledged, {there} are there"
            );
            // The rest, undisturbed; behind the last byte it only asks for the file.
            let began = Instant::now();
            let request = piece(&citizen, &upload, there, &content[there..end]);
            let rest = citizen.send(request).await;
            assert_eq!((rest.status, rest.number("upload-offset")), (204, end), "turn {turn}: {}", rest.text());
            if there < end {
                longest = window(began);
            }
            offset = end;
            rest.word("onevisit-file").clone_into(&mut file);
        }
        let kept = files_on(&citizen.get(&materials).await.text());
        assert_eq!(kept, BTreeSet::from([file.clone()]), "turn {turn}: one file");
        let about = citizen.get(&format!("/files/{file}/view")).await.text();
        let link = link_on(&about, &format!("/files/{file}?")).expect("a link");
        assert!(citizen.get(&link).await.body == content, "turn {turn}: the same bytes");
        citizen.post(&format!("{draft}/files/{file}/remove"), &[]).await;
    }
    town.kill();
    town.verify();
}
