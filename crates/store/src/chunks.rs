//! Sealing a file as a stream: memory stays at one segment whatever the size.
//!
//! Layout: version byte, 16 bytes salt, then segments of 64 KiB plain text, each with its tag; the
//! last may be shorter, and an empty file has one empty segment. Every file gets its own key,
//! derived from the data key, the salt and the context; the nonce is the segment's number and a
//! flag that marks the last one. So changed, exchanged, missing, repeated and appended segments
//! are all found, and so is a file put in another's place.

use crate::vault::{AES, Cipher, DataKey, NONCE_LEN, TAG_LEN, VaultError, cipher, derive, random};

/// Plain bytes per segment.
pub const SEGMENT: usize = 64 * 1024;
const SALT_LEN: usize = 16;
const HEADER: usize = 1 + SALT_LEN;

/// The size of the sealed form of `plain` bytes.
pub fn sealed_len(plain: u64) -> u64 {
    let segments = plain.div_ceil(SEGMENT as u64).max(1);
    HEADER as u64 + plain + segments * TAG_LEN as u64
}

fn file_cipher(key: &DataKey, version: u8, salt: &[u8], context: &str) -> Result<Box<dyn Cipher>, VaultError> {
    cipher(version, &derive(&key.secret, &[b"file", &[version], salt, context.as_bytes()])?)
}

fn nonce(number: u64, last: bool) -> [u8; NONCE_LEN] {
    let mut nonce = [0; NONCE_LEN];
    nonce[..8].copy_from_slice(&number.to_be_bytes());
    nonce[NONCE_LEN - 1] = last.into();
    nonce
}

/// Seals a file piece by piece.
pub struct ChunkSealer {
    cipher: Box<dyn Cipher>,
    header: Vec<u8>,
    buffer: Vec<u8>,
    number: u64,
}

/// Prints neither key nor content.
impl std::fmt::Debug for ChunkSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkSealer").field("segment", &self.number).finish_non_exhaustive()
    }
}

impl ChunkSealer {
    /// Begins a file for one place, such as `files:<file id>`.
    pub fn new(key: &DataKey, context: &str) -> Result<Self, VaultError> {
        let salt = random::<SALT_LEN>()?;
        let mut header = vec![AES];
        header.extend_from_slice(&salt);
        Ok(Self { cipher: file_cipher(key, AES, &salt, context)?, header, buffer: Vec::new(), number: 0 })
    }

    /// Takes the next plain bytes and appends to `out` what is ready to be written.
    pub fn update(&mut self, mut plain: &[u8], out: &mut Vec<u8>) -> Result<(), VaultError> {
        out.append(&mut self.header);
        while !plain.is_empty() {
            // A full buffer is kept until more comes: it might be the last segment.
            if self.buffer.len() == SEGMENT {
                self.segment(false, out)?;
            }
            let (now, later) = plain.split_at(plain.len().min(SEGMENT - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            plain = later;
        }
        Ok(())
    }

    /// Appends the last segment to `out`. Without it the file does not open.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), VaultError> {
        out.append(&mut self.header);
        self.segment(true, out)
    }

    fn segment(&mut self, last: bool, out: &mut Vec<u8>) -> Result<(), VaultError> {
        self.cipher.seal(nonce(self.number, last), &[], &mut self.buffer)?;
        self.number += 1;
        out.append(&mut self.buffer);
        Ok(())
    }
}

/// Opens a sealed file piece by piece.
///
/// Each piece given out is genuine, but only a successful [`ChunkOpener::finish`] says that the
/// file is whole.
pub struct ChunkOpener<'k> {
    key: &'k DataKey,
    context: String,
    cipher: Option<Box<dyn Cipher>>,
    buffer: Vec<u8>,
    number: u64,
}

/// Prints neither key nor content.
impl std::fmt::Debug for ChunkOpener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkOpener").field("segment", &self.number).finish_non_exhaustive()
    }
}

impl<'k> ChunkOpener<'k> {
    /// Begins to open the file of one place; see [`ChunkSealer::new`].
    pub fn new(key: &'k DataKey, context: &str) -> Self {
        Self { key, context: context.to_owned(), cipher: None, buffer: Vec::new(), number: 0 }
    }

    /// Takes the next sealed bytes and appends to `out` what could be opened.
    pub fn update(&mut self, mut sealed: &[u8], out: &mut Vec<u8>) -> Result<(), VaultError> {
        while !sealed.is_empty() {
            let wanted = if self.cipher.is_some() { SEGMENT + TAG_LEN } else { HEADER };
            if self.buffer.len() == wanted {
                self.segment(false, out)?;
            }
            let (now, later) = sealed.split_at(sealed.len().min(wanted - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            sealed = later;
            if self.cipher.is_none() && self.buffer.len() == HEADER {
                let header = std::mem::take(&mut self.buffer);
                self.cipher = Some(file_cipher(self.key, header[0], &header[1..], &self.context)?);
            }
        }
        Ok(())
    }

    /// Opens the last segment; [`VaultError::Tampered`] when the file was cut.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), VaultError> {
        self.segment(true, out)
    }

    fn segment(&mut self, last: bool, out: &mut Vec<u8>) -> Result<(), VaultError> {
        let cipher = self.cipher.as_ref().ok_or(VaultError::Tampered)?;
        cipher.open(nonce(self.number, last), &[], &mut self.buffer)?;
        self.number += 1;
        out.append(&mut self.buffer);
        Ok(())
    }
}
