//! Sealing a file as a stream, opening it in parts: memory stays at one segment whatever the size.
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

/// Opens single segments of a sealed file, in any order; memory stays at one segment.
///
/// Each segment given out is genuine; that the file is whole shows when its last segment opens.
pub struct ChunkReader {
    cipher: Box<dyn Cipher>,
    plain: u64,
}

/// Prints neither key nor content.
impl std::fmt::Debug for ChunkReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkReader").field("plain", &self.plain).finish_non_exhaustive()
    }
}

impl ChunkReader {
    /// Bytes at the beginning of the sealed file that [`ChunkReader::new`] wants.
    pub const HEADER: u64 = HEADER as u64;

    /// `header` are the first bytes of the sealed file, `sealed` is its whole size.
    pub fn new(key: &DataKey, context: &str, header: &[u8], sealed: u64) -> Result<Self, VaultError> {
        let (version, salt) = header.split_first().filter(|(_, s)| s.len() == SALT_LEN).ok_or(VaultError::Tampered)?;
        let body = sealed.checked_sub(HEADER as u64).ok_or(VaultError::Tampered)?;
        let segments = body.div_ceil((SEGMENT + TAG_LEN) as u64).max(1);
        let plain = body.checked_sub(segments * TAG_LEN as u64).ok_or(VaultError::Tampered)?;
        Ok(Self { cipher: file_cipher(key, *version, salt, context)?, plain })
    }

    /// Size of the content in bytes.
    pub fn plain_len(&self) -> u64 {
        self.plain
    }

    /// Number of segments; also an empty file has one.
    pub fn segments(&self) -> u64 {
        self.plain.div_ceil(SEGMENT as u64).max(1)
    }

    /// Where a segment lies in the sealed file.
    pub fn place(&self, number: u64) -> std::ops::Range<u64> {
        let start = HEADER as u64 + number * (SEGMENT + TAG_LEN) as u64;
        let plain = (self.plain - (number * SEGMENT as u64).min(self.plain)).min(SEGMENT as u64);
        start..start + plain + TAG_LEN as u64
    }

    /// Opens a segment.
    pub fn open(&self, number: u64, mut sealed: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        let last = number + 1 == self.segments();
        self.cipher.open(nonce(number, last), &[], &mut sealed)?;
        Ok(sealed)
    }
}
