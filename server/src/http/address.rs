//! Who is calling: the client's network address, seen through the reverse proxies we trust.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

/// The caller's address, put into the request extensions by the outermost layer.
///
/// It serves rate limits and the rule who may read the metrics; it is personal data
/// (个人信息保护法 §4) and therefore never logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// A block of addresses in CIDR notation, `10.0.0.0/8` or `fd00::/8`; a bare address is a block of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    base: IpAddr,
    prefix: u8,
}

/// The text is not an address block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotACidr(String);

impl fmt::Display for NotACidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”不是地址段，应写成 10.0.0.0/8 或 fd00::/8", self.0)
    }
}

impl std::error::Error for NotACidr {}

impl FromStr for Cidr {
    type Err = NotACidr;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || NotACidr(text.to_owned());
        let (base, prefix) = match text.trim().split_once('/') {
            Some((base, prefix)) => (base, Some(prefix)),
            None => (text.trim(), None),
        };
        let base: IpAddr = base.parse().map_err(|_| fail())?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(digits) => digits.parse::<u8>().map_err(|_| fail())?,
            None => width,
        };
        if prefix > width {
            return Err(fail());
        }
        Ok(Self { base, prefix })
    }
}

impl Cidr {
    /// Whether `addr` lies in the block; an IPv4 address written as IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
    pub fn contains(&self, addr: IpAddr) -> bool {
        match (self.base, addr.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(addr)) => {
                let shift = 32 - u32::from(self.prefix);
                let top = |a: Ipv4Addr| u64::from(a.to_bits()) >> shift;
                top(base) == top(addr)
            }
            (IpAddr::V6(base), IpAddr::V6(addr)) => {
                let shift = 128 - u32::from(self.prefix);
                let top = |bits: u128| bits.checked_shr(shift).unwrap_or(0);
                top(base.to_bits()) == top(addr.to_bits())
            }
            _ => false,
        }
    }
}

/// Works out the client address of one request.
///
/// The peer speaks for itself unless it is a trusted proxy; then `X-Forwarded-For` is read
/// from the right, because everything left of the last trusted hop was written by strangers.
/// Without a known peer the result is `0.0.0.0`, which no rule trusts.
pub fn client_addr(headers: &HeaderMap, extensions: &Extensions, trusted: &[Cidr]) -> ClientAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip().to_canonical());
    let is_trusted = |addr: IpAddr| trusted.iter().any(|block| block.contains(addr));
    if !is_trusted(peer) {
        return ClientAddr(peer);
    }
    let mut nearest = peer;
    let values: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("")).collect();
    for hop in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        // An unreadable hop hides who came before it: stop at the last address we know.
        let Some(addr) = parse_hop(hop) else { break };
        nearest = addr;
        if !is_trusted(addr) {
            break;
        }
    }
    ClientAddr(nearest)
}

/// Whether the request passed through a proxy of any kind, trusted or not.
pub fn was_forwarded(headers: &HeaderMap) -> bool {
    ["x-forwarded-for", "forwarded", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name))
}

/// Reads one hop; some proxies append a port (`1.2.3.4:5678`, `[::1]:80`).
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    hop.parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|addr| addr.ip()))
        .ok()
        .map(|addr| addr.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let mut extensions = Extensions::new();
        let peer: IpAddr = peer.parse().unwrap();
        extensions.insert(ConnectInfo(SocketAddr::new(peer, 9)));
        let trusted: Vec<Cidr> =
            ["10.0.0.0/8", "fd00::/8", "127.0.0.1"].iter().map(|text| text.parse().unwrap()).collect();
        client_addr(&headers, &extensions, &trusted).0.to_string()
    }

    #[test]
    fn forwarded_header_counts_only_behind_a_trusted_proxy() {
        assert_eq!(from("203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
        assert_eq!(from("10.1.2.3", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(from("::ffff:10.1.2.3", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(from("10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn rightmost_untrusted_hop_wins_and_forged_ones_are_ignored() {
        assert_eq!(from("10.1.2.3", &["6.6.6.6, 1.1.1.1, 10.9.9.9"]), "1.1.1.1");
        assert_eq!(from("10.1.2.3", &["6.6.6.6", "1.1.1.1:4411"]), "1.1.1.1");
        assert_eq!(from("10.1.2.3", &["6.6.6.6, rubbish"]), "10.1.2.3");
        assert_eq!(from("fd00::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(from("10.1.2.3", &["10.4.4.4, 10.5.5.5"]), "10.4.4.4");
    }

    #[test]
    fn without_a_peer_nobody_is_trusted() {
        let addr = client_addr(&HeaderMap::new(), &Extensions::new(), &[]).0;
        assert!(addr.is_unspecified() && !addr.is_loopback());
    }

    #[test]
    fn blocks() {
        for wrong in ["", "10.0.0.0/33", "::/129", "ten", "10.0.0.0/"] {
            assert!(wrong.parse::<Cidr>().is_err(), "{wrong}");
        }
        let all: Cidr = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("8.8.8.8".parse().unwrap()));
        let all: Cidr = "::/0".parse().unwrap();
        assert!(all.contains("2001:db8::1".parse().unwrap()));
        let block: Cidr = "192.168.4.0/22".parse().unwrap();
        assert!(block.contains("192.168.7.255".parse().unwrap()));
        assert!(!block.contains("192.168.8.0".parse().unwrap()));
    }
}
