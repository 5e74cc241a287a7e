//! The resumable protocol as it stands on the wire: tus 1.0, header by header.

use crate::support::{Answer, Browser, FOOD, House, pdf};
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const BYTES: &str = "application/offset+octet-stream";

async fn ask(browser: &mut Browser, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header("origin", "http://localhost:3000").header("tus-resumable", "1.0.0");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.call(request.body(Body::from(body.to_vec())).unwrap()).await
}

async fn slot(house: &House) -> (Browser, String) {
    let person = house.applicant().await;
    let draft = house.service.start_draft(&person.owner, FOOD).await.unwrap();
    (person.browser, format!("/tus/drafts/{draft}/floor_plan"))
}

fn told(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{code}: {}", answer.text());
    assert_eq!(answer.header("tus-resumable"), "1.0.0", "{code}");
    assert_eq!(answer.json()["code"], code);
    assert!(crate::is_chinese(answer.json()["problem"].as_str().unwrap()), "{code}");
}

#[tokio::test]
async fn m3_an_upload_by_the_protocol() {
    let house = House::new().await;
    let (mut me, slot) = slot(&house).await;
    let offer = ask(&mut me, "OPTIONS", &slot, &[], b"").await;
    assert_eq!(offer.status.as_u16(), 204);
    assert_eq!(offer.header("tus-version"), "1.0.0");
    assert_eq!(offer.header("tus-checksum-algorithm"), "sha1,sha256");
    assert_eq!(offer.header("tus-max-size"), (50 << 20).to_string());
    for extension in ["creation", "creation-with-upload", "expiration", "checksum", "termination", "concatenation"] {
        assert!(offer.header("tus-extension").split(',').any(|e| e == extension), "{extension}");
    }
    assert_eq!(
        house.browser().call(Request::options(&slot).body(Body::empty()).unwrap()).await.header("tus-max-size"),
        ""
    );

    let bytes = pdf("by the protocol");
    let (length, words) = (bytes.len().to_string(), format!("filename {}", STANDARD.encode("平面图.pdf")));
    let made =
        ask(&mut me, "POST", &slot, &[("upload-length", length.as_str()), ("upload-metadata", words.as_str())], b"")
            .await;
    assert_eq!((made.status.as_u16(), made.header("upload-offset")), (201, "0"));
    assert!(made.header("upload-expires").ends_with(" GMT"), "{}", made.header("upload-expires"));
    let upload = made.location().to_owned();
    assert!(upload.starts_with("/tus/"), "{upload}");

    let first = ask(&mut me, "PATCH", &upload, &[("upload-offset", "0"), ("content-type", BYTES)], &bytes[..100]).await;
    assert_eq!((first.status.as_u16(), first.header("upload-offset")), (204, "100"));
    let seen = ask(&mut me, "HEAD", &upload, &[], b"").await;
    assert_eq!(
        (seen.status.as_u16(), seen.header("upload-offset"), seen.header("upload-length")),
        (200, "100", length.as_str())
    );
    assert_eq!((seen.header("upload-metadata"), seen.header("cache-control")), (words.as_str(), "no-store"));

    let rest = [("upload-offset", "100"), ("content-type", BYTES), ("x-http-method-override", "PATCH")];
    let last = ask(&mut me, "POST", &upload, &rest, &bytes[100..]).await;
    assert_eq!((last.status.as_u16(), last.header("upload-offset")), (204, length.as_str()));
    let file = last.header("onevisit-file").to_owned();
    let link = me.file_link(&file).await;
    assert_eq!(me.get(&link).await.body, bytes);
    assert_eq!(ask(&mut me, "HEAD", &upload, &[], b"").await.header("onevisit-file"), file);
}

#[tokio::test]
async fn m3_what_the_protocol_refuses() {
    let house = House::new().await;
    let (mut me, slot) = slot(&house).await;
    let piece = [("upload-offset", "0"), ("content-type", BYTES)];
    let made = ask(&mut me, "POST", &slot, &[("upload-length", "9")], b"").await;
    let upload = made.location().to_owned();

    let old = Request::patch(&upload).header("origin", "http://localhost:3000").header("tus-resumable", "0.2.2");
    let old = me.call(old.body(Body::empty()).unwrap()).await;
    assert_eq!((old.status.as_u16(), old.header("tus-version")), (412, "1.0.0"));
    told(
        &ask(&mut me, "PATCH", &upload, &[("upload-offset", "4"), ("content-type", BYTES)], b"x").await,
        409,
        "conflict",
    );
    told(&ask(&mut me, "PATCH", &upload, &[("content-type", BYTES)], b"x").await, 400, "upload.header");
    told(&ask(&mut me, "PATCH", &upload, &[("upload-offset", "0")], b"x").await, 415, "upload.header");
    told(&ask(&mut me, "PATCH", &upload, &piece, b"more than nine").await, 413, "upload.too_long");
    let wrong = format!("sha1 {}", STANDARD.encode([0; 20]));
    let checked = [piece[0], piece[1], ("upload-checksum", wrong.as_str())];
    told(&ask(&mut me, "PATCH", &upload, &checked, b"x").await, 460, "upload.checksum");
    let unknown = [piece[0], piece[1], ("upload-checksum", "md5 AAAA")];
    told(&ask(&mut me, "PATCH", &upload, &unknown, b"x").await, 400, "upload.checksum_unknown");
    assert_eq!(ask(&mut me, "HEAD", &upload, &[], b"").await.header("upload-offset"), "0", "nothing was taken");

    told(&ask(&mut me, "POST", &slot, &[], b"").await, 400, "upload.header");
    told(&ask(&mut me, "POST", &slot, &[("upload-defer-length", "1")], b"").await, 400, "upload.header");
    told(&ask(&mut me, "POST", &slot, &[("upload-length", "-1")], b"").await, 400, "upload.header");
    told(&ask(&mut me, "POST", &slot, &[("upload-length", "999999999999")], b"").await, 413, "file.too_big");
    told(&ask(&mut me, "POST", &slot, &[("upload-concat", "final;/tus/x")], b"").await, 400, "upload.parts");
    let none = "/tus/019a0000-0000-7000-8000-000000000001";
    told(&ask(&mut me, "PATCH", none, &piece, b"x").await, 404, "not_found");

    // Another site cannot make a browser send.
    let foreign = Request::patch(&upload).header("origin", "https://evil.example").header("tus-resumable", "1.0.0");
    assert_eq!(me.call(foreign.body(Body::empty()).unwrap()).await.status.as_u16(), 403);

    assert_eq!(ask(&mut me, "DELETE", &upload, &[], b"").await.status.as_u16(), 204);
    assert_eq!(ask(&mut me, "HEAD", &upload, &[], b"").await.status.as_u16(), 410);
}

#[tokio::test]
async fn m3_creation_brings_content_and_parts_become_one() {
    let house = House::new().await;
    let (mut me, slot) = slot(&house).await;
    let bytes = pdf("all at once");
    let length = bytes.len().to_string();
    let whole =
        ask(&mut me, "POST", &slot, &[("upload-length", length.as_str()), ("content-type", BYTES)], &bytes).await;
    assert_eq!((whole.status.as_u16(), whole.header("upload-offset")), (201, length.as_str()), "{}", whole.text());
    assert!(!whole.header("onevisit-file").is_empty());

    let bytes = pdf("in two parts");
    let mut urls = Vec::new();
    for half in [&bytes[..200], &bytes[200..]] {
        let length = half.len().to_string();
        let headers = [("upload-length", length.as_str()), ("upload-concat", "partial"), ("content-type", BYTES)];
        let part = ask(&mut me, "POST", &slot, &headers, half).await;
        assert_eq!((part.status.as_u16(), part.header("upload-concat")), (201, "partial"));
        assert!(part.header("onevisit-file").is_empty(), "a part is no file");
        urls.push(format!("http://localhost:3000{}", part.location()));
    }
    let joined = format!("final;{}", urls.join(" "));
    let joined = ask(&mut me, "POST", &slot, &[("upload-concat", joined.as_str())], b"").await;
    assert_eq!(joined.status.as_u16(), 201, "{}", joined.text());
    assert!(joined.header("upload-concat").starts_with("final;/tus/"));
    let file = joined.header("onevisit-file").to_owned();
    let link = me.file_link(&file).await;
    assert_eq!(me.get(&link).await.body, bytes);
    let again = [("upload-offset", "0"), ("content-type", BYTES)];
    told(&ask(&mut me, "PATCH", joined.location(), &again, b"x").await, 403, "upload.is_final");
}
