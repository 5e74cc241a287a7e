//! What has to be done with uploaded bytes and nothing else: received, hashed, sealed, written and flushed,
//! in one process. `make bench` compares the server with it. Prints its port and serves until it is ended.
//!
//! Usage: `bare_receive FOLDER`

#![allow(clippy::print_stdout, reason = "a tool")]

use aws_lc_rs::digest::{Context, SHA256};
use std::error::Error;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use store::{ChunkSealer, DataKey, Vault};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Written at once, as the server's file store does.
const PART: usize = 1 << 20;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: bare_receive FOLDER")?);
    let (key, _) = Vault::open([7; 32])?.new_key("bare")?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?.port());
    let mut number = 0_u32;
    loop {
        let (stream, _) = listener.accept().await?;
        number += 1;
        receive(stream, &folder, &number.to_string(), &key).await?;
    }
}

/// One request that names its length; it is answered when the sealed bytes lie on the disk.
async fn receive(stream: TcpStream, folder: &Path, name: &str, key: &DataKey) -> Result<(), Box<dyn Error>> {
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    let mut left = 0_usize;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        match line.trim_end().split_once(':') {
            Some((header, value)) if header.eq_ignore_ascii_case("content-length") => left = value.trim().parse()?,
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut file = File::create(folder.join(name))?;
    let mut sealer = ChunkSealer::new(key, name)?;
    let (mut digest, mut sealed) = (Context::new(&SHA256), Vec::with_capacity(PART + (PART >> 3)));
    while left > 0 {
        let part = stream.fill_buf().await?;
        let taken = part.len().min(left);
        if taken == 0 {
            return Err("the line broke".into());
        }
        digest.update(&part[..taken]);
        sealer.update(&part[..taken], &mut sealed)?;
        stream.consume(taken);
        left -= taken;
        if sealed.len() >= PART {
            file.write_all(&sealed)?;
            sealed.clear();
        }
    }
    sealer.finish(&mut sealed)?;
    file.write_all(&sealed)?;
    file.sync_all()?;
    File::open(folder)?.sync_all()?;
    let digest = hex::encode(digest.finish());
    let answer = format!("HTTP/1.1 204 No Content\r\nx-digest: {digest}\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}
