//! clamd's counterpart: speaks its stream protocol on a port of its own, and knows one virus, the
//! harmless test string that every scanner knows (EICAR).

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{app::Shared, faults::ScanFault};

/// clamd's `StreamMaxLength`, in bytes.
const STREAM_MAX: usize = 100 << 20;
/// Longest command, in bytes.
const LONGEST_COMMAND: usize = 64;
/// After an answer, so long for what is still on its way.
const LAST_BYTES: Duration = Duration::from_millis(500);
/// The test string in two pieces, so that no scanner takes this program for what it finds.
const EICAR: [&str; 2] = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];
const FOUND: &str = "stream: Eicar-Test-Signature FOUND";

/// Answers until the process ends.
pub async fn serve(listener: TcpListener, app: Shared) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let app = app.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &app).await {
                        tracing::debug!(%error, "a scan broke off");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// One command a connection, as our client sends it.
async fn converse(stream: TcpStream, app: &Shared) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some((command, end)) = read_command(&mut stream).await? else { return Ok(()) };
    let answer = match command.as_str() {
        "PING" => "PONG".to_owned(),
        "VERSION" => "ClamAV 1.4.0/sandbox".to_owned(),
        "INSTREAM" => match scan(&mut stream, app).await? {
            Some(answer) => answer,
            None => return Ok(()),
        },
        _ => "UNKNOWN COMMAND".to_owned(),
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(&[end]).await?;
    stream.flush().await?;
    // Whoever is still sending reads the answer only if the connection is not torn down under it.
    let mut rest = [0; 4096];
    let ended = async { while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {} };
    let _ = tokio::time::timeout(LAST_BYTES, ended).await;
    Ok(())
}

/// `zCOMMAND\0` or `nCOMMAND\n`: the command and the byte that ends it and its answer.
async fn read_command(stream: &mut BufReader<TcpStream>) -> io::Result<Option<(String, u8)>> {
    let end = match stream.read_u8().await? {
        b'z' => 0,
        b'n' => b'\n',
        _ => return Ok(None),
    };
    let mut command = Vec::new();
    loop {
        let byte = stream.read_u8().await?;
        if byte == end {
            return Ok(Some((String::from_utf8_lossy(&command).into_owned(), end)));
        }
        command.push(byte);
        if command.len() > LONGEST_COMMAND {
            return Ok(None);
        }
    }
}

/// Reads the content and says what is in it; none: the connection ends without a word.
async fn scan(stream: &mut BufReader<TcpStream>, app: &Shared) -> io::Result<Option<String>> {
    let fault = app.faults().take_scan();
    if fault == Some(ScanFault::Down) {
        return Ok(None);
    }
    let limit = if fault == Some(ScanFault::SizeLimit) { 0 } else { STREAM_MAX };
    let mut content = Vec::new();
    loop {
        let length = usize::try_from(stream.read_u32().await?).map_err(io::Error::other)?;
        if length == 0 {
            break;
        }
        if content.len() + length > limit {
            return Ok(Some("INSTREAM size limit exceeded. ERROR".to_owned()));
        }
        let at = content.len();
        content.resize(at + length, 0);
        stream.read_exact(&mut content[at..]).await?;
    }
    match fault {
        Some(ScanFault::SlowMs(wait)) => tokio::time::sleep(Duration::from_millis(wait)).await,
        Some(ScanFault::Garbage) => return Ok(Some("stream: \u{1}\u{2} nothing of the kind".to_owned())),
        Some(ScanFault::Error) => return Ok(Some("stream: Can't allocate memory ERROR".to_owned())),
        Some(ScanFault::Down | ScanFault::SizeLimit) | None => {}
    }
    Ok(Some(if infected(&content) { FOUND } else { "stream: OK" }.to_owned()))
}

/// clamd finds the test string at the beginning of a file only; here it may stand anywhere, so that a
/// right PDF can carry it.
fn infected(content: &[u8]) -> bool {
    let virus = EICAR.concat();
    content.windows(virus.len()).any(|part| part == virus.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m3_the_test_string_is_found_wherever_it_stands() {
        let virus = EICAR.concat();
        assert_eq!(virus.len(), 68);
        assert!(infected(virus.as_bytes()) && infected(format!("%PDF-1.5\n%{virus}\n").as_bytes()));
        assert!(!infected(EICAR[0].as_bytes()) && !infected(b""));
    }
}
