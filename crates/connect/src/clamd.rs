//! 查毒 through clamd: its own stream protocol (`INSTREAM`) over TCP or a Unix socket.
//!
//! `zINSTREAM\0`, then chunks, each behind its length as four bytes, the highest first; a chunk of
//! length zero ends the content. One answer, ended by a zero byte: `stream: OK`, `stream: NAME FOUND`, or
//! something with `ERROR`. Whatever is not said in so many words counts as no answer: a file is clean
//! only when the scanner has heard all of it and has said so.

use std::{io, path::PathBuf, str::FromStr, time::Duration};

use async_trait::async_trait;
use futures_util::StreamExt;
use serde::Deserialize;
use service::ports::scan::{Content, ScanError, Scanner, Verdict};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// One file, from the first byte sent to the answer; shorter than a job's lease.
const SCAN_TIMEOUT: Duration = Duration::from_secs(45);
/// After a broken connection, so long for the word that explains it.
const LAST_WORD: Duration = Duration::from_secs(1);
/// Bytes a chunk.
const CHUNK: usize = 64 * 1024;
/// No answer of clamd comes near this size, in bytes.
const LONGEST_ANSWER: u64 = 4096;

/// Where clamd listens: `tcp://HOST:PORT`, or `unix:/PATH`. TCP is not encrypted: for the same machine
/// or a network of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Tcp(String),
    Unix(PathBuf),
}

/// The text is no address of clamd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("查毒地址应写成 tcp://主机:端口 或 unix:/路径")]
pub struct BadAddress;

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.starts_with('/') { Ok(Self::Unix(path.into())) } else { Err(BadAddress) };
        }
        let place = text.strip_prefix("tcp://").ok_or(BadAddress)?;
        let (host, port) = place.rsplit_once(':').ok_or(BadAddress)?;
        let right = !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok_and(|p| p > 0);
        if right { Ok(Self::Tcp(place.to_owned())) } else { Err(BadAddress) }
    }
}

/// The section `scan` of the connectors' file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClamdConfig {
    /// See [`Address`].
    pub address: String,
}

/// clamd behind the port.
pub struct Clamd {
    address: Address,
}

impl Clamd {
    pub fn new(address: Address) -> Self {
        Self { address }
    }

    async fn ask(&self, content: Content) -> io::Result<Answer> {
        match &self.address {
            Address::Tcp(place) => {
                let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(place.as_str())).await??;
                converse(stream, content).await
            }
            #[cfg(unix)]
            Address::Unix(path) => {
                let stream = timeout(CONNECT_TIMEOUT, tokio::net::UnixStream::connect(path)).await??;
                converse(stream, content).await
            }
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

#[async_trait]
impl Scanner for Clamd {
    async fn scan(&self, content: Content) -> Result<Verdict, ScanError> {
        match timeout(SCAN_TIMEOUT, self.ask(content)).await {
            Ok(Ok(answer)) => answer.verdict(),
            Ok(Err(error)) => Err(ScanError::Unreachable(error.kind().to_string())),
            Err(_) => Err(ScanError::Unreachable("no answer in time".into())),
        }
    }
}

/// What came back.
struct Answer {
    text: String,
    /// All of the content had been sent before.
    whole: bool,
}

impl Answer {
    fn verdict(&self) -> Result<Verdict, ScanError> {
        let text = self.text.trim_end_matches(['\0', '\n']);
        if text.contains("size limit exceeded") {
            return Err(ScanError::TooBig);
        }
        let said = text.strip_prefix("stream: ");
        if said == Some("OK") && self.whole {
            return Ok(Verdict::Clean);
        }
        match said.and_then(|s| s.strip_suffix(" FOUND")).filter(|name| !name.is_empty()) {
            Some(name) => Ok(Verdict::Infected { name: name.to_owned() }),
            None => Err(ScanError::Unreachable("not an answer of clamd".into())),
        }
    }
}

/// Sends the content and waits for the answer. clamd answers before the end when it has had enough (its
/// size limit), and hangs up: so both go on at once, and an early answer stops the sending.
async fn converse<S>(stream: S, content: Content) -> io::Result<Answer>
where
    S: AsyncRead + AsyncWrite + Send,
{
    let (mut read, mut write) = tokio::io::split(stream);
    let mut answer = std::pin::pin!(read_answer(&mut read));
    let sent = tokio::select! {
        early = &mut answer => return Ok(Answer { text: early?, whole: false }),
        sent = send(&mut write, content) => sent,
    };
    match sent {
        Ok(()) => Ok(Answer { text: answer.await?, whole: true }),
        Err(error) => match timeout(LAST_WORD, answer).await {
            Ok(Ok(text)) if !text.is_empty() => Ok(Answer { text, whole: false }),
            _ => Err(error),
        },
    }
}

/// The end mark goes out only behind the whole content: what could not be read to its end is not judged.
async fn send(write: &mut (impl AsyncWrite + Unpin + Send), mut content: Content) -> io::Result<()> {
    write.write_all(b"zINSTREAM\0").await?;
    while let Some(part) = content.next().await {
        for chunk in part?.chunks(CHUNK) {
            let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
            write.write_all(&length.to_be_bytes()).await?;
            write.write_all(chunk).await?;
        }
    }
    write.write_all(&[0; 4]).await?;
    write.flush().await
}

/// Up to the zero byte, or the end of the connection.
async fn read_answer(read: &mut (impl AsyncRead + Unpin + Send)) -> io::Result<String> {
    let mut answer = Vec::new();
    let mut limited = read.take(LONGEST_ANSWER);
    loop {
        let mut piece = [0; 256];
        let count = limited.read(&mut piece).await?;
        answer.extend_from_slice(&piece[..count]);
        if count == 0 || answer.contains(&0) {
            return Ok(String::from_utf8_lossy(&answer).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, whole: bool) -> Result<Verdict, ScanError> {
        Answer { text: text.into(), whole }.verdict()
    }

    #[test]
    fn m3_only_clamds_own_words_make_a_file_clean() {
        assert_eq!(said("stream: OK\0", true), Ok(Verdict::Clean));
        let found = Verdict::Infected { name: "Eicar-Test-Signature".into() };
        assert_eq!(said("stream: Eicar-Test-Signature FOUND\0", true), Ok(found));
        assert_eq!(said("INSTREAM size limit exceeded. ERROR\0", false), Err(ScanError::TooBig));
        for (text, whole) in [
            ("stream: OK\0", false),
            ("OK\0", true),
            ("", true),
            ("stream:  FOUND\0", true),
            ("UNKNOWN COMMAND\0", true),
            ("stream: OK and more\0", true),
        ] {
            assert!(matches!(said(text, whole), Err(ScanError::Unreachable(_))), "{text:?} {whole}");
        }
    }

    #[test]
    fn addresses_are_of_two_kinds() {
        assert_eq!("tcp://127.0.0.1:3310".parse(), Ok(Address::Tcp("127.0.0.1:3310".into())));
        assert_eq!("tcp://[::1]:3310".parse(), Ok(Address::Tcp("[::1]:3310".into())));
        assert_eq!("unix:/run/clamav/clamd.ctl".parse(), Ok(Address::Unix("/run/clamav/clamd.ctl".into())));
        for wrong in ["", "127.0.0.1", "127.0.0.1:3310", "tcp://:3310", "tcp://host:0", "tcp://a/b:1", "unix:clamd"] {
            assert_eq!(wrong.parse::<Address>(), Err(BadAddress), "{wrong}");
        }
    }
}
