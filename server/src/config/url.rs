//! The address under which people reach us.

use axum::http::Uri;

/// Scheme and host of the site, without path; `https` decides about secure cookies and HSTS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    https: bool,
}

impl PublicUrl {
    /// Reads `https://zwfw.example.gov.cn`; a path, user name or query is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.trim().parse().ok()?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || text.contains('@') {
            return None;
        }
        let origin = Self::origin_of(text.trim())?;
        Some(Self { https: origin.starts_with("https://"), host: uri.host()?.to_ascii_lowercase(), origin })
    }

    /// The origin of any http or https address in the browser's spelling: lower case, no default
    /// port, nothing after the port. `None` for everything else, such as `null`.
    pub fn origin_of(url: &str) -> Option<String> {
        let uri: Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let default = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?;
        let host = host.to_ascii_lowercase();
        Some(match uri.port_u16() {
            Some(port) if port != default => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        })
    }

    /// `https://zwfw.example.gov.cn`, as browsers write it into `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Host without port; the domain passkeys are bound to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether browsers reach us encrypted.
    pub fn https(&self) -> bool {
        self.https
    }

    /// Whether the name means the machine itself, so nobody else can be using it.
    pub fn is_local(&self) -> bool {
        let bare = self.host.trim_matches(['[', ']']);
        bare == "localhost"
            || bare.ends_with(".localhost")
            || bare.parse::<std::net::IpAddr>().is_ok_and(|addr| addr.is_loopback())
    }

    /// Absolute address of a path that starts with `/`.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}
