//! The built assets: style sheet, scripts, WASM, icons, offline page.
//!
//! Everything is read into memory once. A request can therefore only reach a name that was
//! there at start, and no path can lead out of the folder.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde::Deserialize;

/// File in the site folder that maps logical names to hashed paths.
const MANIFEST: &str = "manifest.json";

/// What a complete build holds.
pub const LOGICAL_NAMES: [&str; 6] =
    ["main.css", "app.js", "app.wasm", "precheck.js", "precheck.wasm", "precheck-worker.js"];

/// Served at the root besides `icon-*.png`. The service worker has to lie there: its place
/// decides which pages it may serve.
const PUBLIC_FILES: [&str; 8] = [
    "favicon.svg",
    "offline.css",
    "favicon.ico",
    "manifest.webmanifest",
    "offline.html",
    "offline.js",
    "robots.txt",
    "sw.js",
];

/// Its place lets it serve every page.
const SERVICE_WORKER: &str = "/sw.js";

/// The name carries the content's hash: it never changes under this name.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Icons, manifest, offline page.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// Kept, but asked for anew each time (service worker, unhashed files).
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// One line of the manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Asset {
    /// Public path, `/pkg/main.abc123.css`.
    pub path: String,
    /// Size in bytes.
    #[serde(rename = "bytes", alias = "raw")]
    pub raw: u64,
    /// Size in bytes compressed with Brotli, 0 if there is no such file.
    #[serde(default)]
    pub br: u64,
}

/// The built assets cannot be used.
#[derive(Debug)]
pub enum SiteError {
    /// A file or folder could not be read.
    Io(PathBuf, io::Error),
    /// The manifest is not the JSON it should be.
    Manifest(PathBuf, serde_json::Error),
    /// The manifest names files that are not there.
    Missing(Vec<String>),
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "网页资源读不出来：{}（{error}）。请先构建前端资源。", path.display()),
            Self::Manifest(path, error) => {
                write!(f, "资源清单写坏了：{}（{error}）", path.display())
            }
            Self::Missing(names) => {
                write!(f, "资源清单里有、文件夹里没有：{}", names.join("、"))
            }
        }
    }
}

impl std::error::Error for SiteError {}

/// A file ready to be sent.
#[derive(Debug)]
struct Served {
    raw: Bytes,
    br: Option<Bytes>,
    kind: HeaderValue,
    cache: HeaderValue,
    tag: HeaderValue,
}

/// All assets, by logical name for pages and by public path for the network.
#[derive(Debug, Default)]
pub struct SiteAssets {
    names: BTreeMap<String, Asset>,
    files: HashMap<String, Served>,
}

impl SiteAssets {
    /// Reads `dir` (`target/site`): its manifest, its `pkg` folder and the public files.
    pub fn load(dir: &Path) -> Result<Self, SiteError> {
        let manifest = dir.join(MANIFEST);
        let text = std::fs::read(&manifest).map_err(|e| SiteError::Io(manifest.clone(), e))?;
        let written: BTreeMap<String, Asset> =
            serde_json::from_slice(&text).map_err(|e| SiteError::Manifest(manifest, e))?;
        // The build writes paths relative to the site folder; the network wants them absolute.
        let names: BTreeMap<String, Asset> = written
            .into_iter()
            .map(|(name, mut asset)| {
                if !asset.path.starts_with('/') {
                    asset.path.insert(0, '/');
                }
                (name.trim_start_matches("pkg/").to_owned(), asset)
            })
            .collect();
        let mut found = Vec::new();
        list(&dir.join("pkg"), "/pkg/", true, &mut found)?;
        list(dir, "/", false, &mut found)?;
        for folder in ["forms", "samples"] {
            if dir.join(folder).is_dir() {
                list(&dir.join(folder), &format!("/{folder}/"), true, &mut found)?;
            }
        }
        let mut files = HashMap::new();
        for (url, path) in found {
            let served = read(&url, &path)?;
            files.insert(url, served);
        }
        let missing: Vec<String> =
            names.values().filter(|asset| !files.contains_key(&asset.path)).map(|asset| asset.path.clone()).collect();
        if !missing.is_empty() {
            return Err(SiteError::Missing(missing));
        }
        for (name, asset) in &names {
            // A path that differs from the logical name differs by the hash.
            if let Some(served) = files.get_mut(&asset.path)
                && !asset.path.ends_with(&format!("/{name}"))
            {
                served.cache = FOR_EVER;
            }
        }
        Ok(Self { names, files })
    }

    /// Public path of a logical name, e.g. `app.js`; `None` if the build does not hold it.
    pub fn url(&self, name: &str) -> Option<&str> {
        self.asset(name).map(|asset| asset.path.as_str())
    }

    /// Path and sizes of a logical name.
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.names.get(name)
    }

    /// Public path of the style sheet, also before anything is built.
    pub fn stylesheet(&self) -> &str {
        self.url("main.css").unwrap_or("/pkg/main.css")
    }

    /// Logical names that a complete build would hold and this one does not.
    pub fn missing(&self) -> Vec<&'static str> {
        LOGICAL_NAMES.into_iter().filter(|name| !self.names.contains_key(*name)).collect()
    }

    /// Routes `/pkg/*` and the public files that exist.
    pub fn router<S>(self: &Arc<Self>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let mut router = Router::new().route("/pkg/{*path}", get(serve_pkg));
        for url in self.files.keys().filter(|url| !url.starts_with("/pkg/")) {
            let owned = url.clone();
            let serve = move |State(site): State<Arc<SiteAssets>>, headers: HeaderMap| async move {
                site.respond(&owned, &headers)
            };
            router = router.route(url, get(serve));
        }
        router.with_state(self.clone())
    }

    fn respond(&self, url: &str, headers: &HeaderMap) -> Response {
        let Some(file) = self.files.get(url) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let mut response = if asks_for_same(headers, &file.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            match &file.br {
                Some(br) if accepts_br(headers) => {
                    let encoding = [(CONTENT_ENCODING, HeaderValue::from_static("br"))];
                    (encoding, br.clone()).into_response()
                }
                _ => file.raw.clone().into_response(),
            }
        };
        let out = response.headers_mut();
        out.insert(CONTENT_TYPE, file.kind.clone());
        out.insert(CACHE_CONTROL, file.cache.clone());
        out.insert(ETAG, file.tag.clone());
        out.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
        if url == SERVICE_WORKER {
            out.insert("service-worker-allowed", HeaderValue::from_static("/"));
        }
        if file.br.is_some() {
            out.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

async fn serve_pkg(
    State(site): State<Arc<SiteAssets>>,
    UrlPath(path): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    site.respond(&format!("/pkg/{path}"), &headers)
}

/// Collects regular files; links are left out, they could point anywhere.
fn list(dir: &Path, prefix: &str, all: bool, found: &mut Vec<(String, PathBuf)>) -> Result<(), SiteError> {
    let fail = |e| SiteError::Io(dir.to_owned(), e);
    for entry in std::fs::read_dir(dir).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let kind = entry.file_type().map_err(fail)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if kind.is_dir() && all {
            list(&entry.path(), &format!("{prefix}{name}/"), true, found)?;
        } else if kind.is_file() && (all || is_public(&name)) && !is_compressed_twin(&name) {
            found.push((format!("{prefix}{name}"), entry.path()));
        }
    }
    Ok(())
}

fn is_compressed_twin(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ext| ext == "br" || ext == "gz")
}

fn is_public(name: &str) -> bool {
    let icon = name.starts_with("icon-") && Path::new(name).extension().is_some_and(|ext| ext == "png");
    icon || PUBLIC_FILES.contains(&name)
}

fn read(url: &str, path: &Path) -> Result<Served, SiteError> {
    let raw = std::fs::read(path).map_err(|e| SiteError::Io(path.to_owned(), e))?;
    let mut twin = path.as_os_str().to_owned();
    twin.push(".br");
    let br = match std::fs::read(&twin) {
        Ok(bytes) => Some(Bytes::from(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(SiteError::Io(twin.into(), error)),
    };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &raw);
    // Weak: the compressed and the plain form share it.
    let tag = format!("W/\"{}\"", hex::encode(&digest.as_ref()[..12]));
    let tag = HeaderValue::from_str(&tag).expect("hex digits are a valid header value");
    let cache = match url {
        _ if is_hashed(url) => FOR_EVER,
        SERVICE_WORKER => ASK_AGAIN,
        _ if url.starts_with("/pkg/") => ASK_AGAIN,
        _ => FOR_AN_HOUR,
    };
    Ok(Served { raw: raw.into(), br, kind: content_type(url), cache, tag })
}

/// Whether the file name has a dot-separated part of at least six hex digits before its end.
fn is_hashed(url: &str) -> bool {
    let name = url.rsplit('/').next().unwrap_or("");
    let parts: Vec<&str> = name.split('.').collect();
    url.starts_with("/pkg/")
        && parts.len() > 2
        && parts[1..parts.len() - 1].iter().any(|part| part.len() >= 6 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn content_type(url: &str) -> HeaderValue {
    let ending = url.rsplit('.').next().unwrap_or("");
    HeaderValue::from_static(match ending {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

/// Whether the caller takes Brotli.
pub fn accepts_br(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let is_br = parts.next().is_some_and(|c| c.eq_ignore_ascii_case("br"));
            let refused = parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)));
            is_br && !refused
        })
}

/// Whether the caller has this version already.
pub fn asks_for_same(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or("");
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag)
}

#[cfg(test)]
mod tests;
