use super::*;

use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

/// A folder that is removed with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("site-{}-{number}", std::process::id()));
        std::fs::create_dir_all(dir.join("pkg/snippets")).unwrap();
        Self(dir)
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.0.join(name), content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn built() -> Folder {
    let folder = Folder::new();
    folder.write(
        MANIFEST,
        r#"{"main.css": {"path": "/pkg/main.abc123.css", "raw": 14, "br": 2},
            "app.wasm": {"path": "/pkg/app.k7q2xz.wasm", "raw": 4, "br": 0}}"#,
    );
    folder.write("pkg/main.abc123.css", "body{color:red}");
    folder.write("pkg/main.abc123.css.br", "BR");
    folder.write("pkg/app.k7q2xz.wasm", "\0asm");
    folder.write("pkg/snippets/plain.js", "1");
    folder.write("favicon.svg", "<svg/>");
    folder.write("icon-192.png", "png");
    folder.write("secret.txt", "geheim");
    folder
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

async fn ask(folder: &Folder, path: &str, headers: &[(&str, &str)]) -> Answer {
    let site = Arc::new(SiteAssets::load(&folder.0).unwrap());
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = site.router::<()>().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
}

#[tokio::test]
async fn hashed_files_are_immutable_typed_and_precompressed() {
    let folder = built();
    let plain = ask(&folder, "/pkg/main.abc123.css", &[]).await;
    assert_eq!(&plain.body[..], b"body{color:red}");
    assert_eq!(plain.header("content-type"), "text/css; charset=utf-8");
    assert!(plain.header("cache-control").contains("immutable"));
    assert_eq!(plain.header("vary"), "accept-encoding");
    assert_eq!(plain.header("x-content-type-options"), "nosniff");

    let br = [("accept-encoding", "gzip, deflate, br;q=0.9")];
    let br = ask(&folder, "/pkg/main.abc123.css", &br).await;
    assert_eq!((&br.body[..], br.header("content-encoding")), (&b"BR"[..], "br"));
    let refused = [("accept-encoding", "br;q=0, gzip")];
    let refused = ask(&folder, "/pkg/main.abc123.css", &refused).await;
    assert_eq!(refused.header("content-encoding"), "");

    let wasm = ask(&folder, "/pkg/app.k7q2xz.wasm", &[("accept-encoding", "br")]).await;
    assert_eq!(wasm.header("content-type"), "application/wasm");
    assert!(wasm.header("cache-control").contains("immutable"));
    assert_eq!(wasm.header("content-encoding"), "");
}

#[tokio::test]
async fn unhashed_and_public_files_are_asked_for_again() {
    let folder = built();
    let snippet = ask(&folder, "/pkg/snippets/plain.js", &[]).await;
    assert_eq!(snippet.header("cache-control"), "no-cache");
    let icon = ask(&folder, "/icon-192.png", &[]).await;
    assert_eq!(icon.header("content-type"), "image/png");
    assert_eq!(icon.header("cache-control"), "public, max-age=3600");
    let known = [("if-none-match", icon.header("etag"))];
    let again = ask(&folder, "/icon-192.png", &known).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
}

#[tokio::test]
async fn d1_the_service_worker_is_asked_for_anew_and_may_serve_every_page() {
    let folder = built();
    folder.write("sw.js", "1");
    folder.write("offline.html", "<!DOCTYPE html>");
    let worker = ask(&folder, "/sw.js", &[]).await;
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert_eq!(worker.header("service-worker-allowed"), "/");
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(ask(&folder, "/offline.html", &[]).await.header("service-worker-allowed"), "");
}

#[tokio::test]
async fn no_path_leads_out_of_the_listed_files() {
    let folder = built();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.0.join("secret.txt"), folder.0.join("pkg/link.txt")).unwrap();
    for path in [
        "/secret.txt",
        "/manifest.json",
        "/pkg/link.txt",
        "/pkg/../secret.txt",
        "/pkg/%2e%2e/secret.txt",
        "/pkg/..%2fsecret.txt",
        "/pkg/%2e%2e%5csecret.txt",
        "/pkg//secret.txt",
        "/pkg/snippets/../../secret.txt",
        "/pkg/main.abc123.css%00",
        "/pkg/main.abc123.css.br",
        "/pkg/",
        "/pkg/snippets",
    ] {
        let answer = ask(&folder, path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.body.windows(6).any(|w| w == b"geheim"), "{path}");
    }
}

#[test]
fn manifest_names_are_looked_up_and_checked() {
    let folder = built();
    let site = SiteAssets::load(&folder.0).unwrap();
    assert_eq!(site.stylesheet(), "/pkg/main.abc123.css");
    assert_eq!(site.url("app.wasm"), Some("/pkg/app.k7q2xz.wasm"));
    assert_eq!(site.asset("main.css").unwrap().br, 2);
    assert_eq!(site.missing(), ["app.js", "precheck.js", "precheck.wasm", "precheck-worker.js"]);
    std::fs::remove_file(folder.0.join("pkg/app.k7q2xz.wasm")).unwrap();
    match SiteAssets::load(&folder.0) {
        Err(SiteError::Missing(names)) => assert_eq!(names, ["/pkg/app.k7q2xz.wasm"]),
        other => panic!("{other:?}"),
    }
    folder.write(MANIFEST, "[]");
    let broken = SiteAssets::load(&folder.0);
    assert!(matches!(broken, Err(SiteError::Manifest(..))));
}
