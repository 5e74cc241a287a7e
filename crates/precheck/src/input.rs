//! Bytes of a file, whole in memory or read page by page, behind one face.
//!
//! The browser has the whole file at hand; the server must not, for its memory has to stay the
//! same whatever somebody sends. The checks see no difference.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Size of a page, the same as a sealed segment of the file store.
const PAGE: usize = 64 * 1024;
/// Pages kept: a parser goes back by a few bytes, never far.
const KEPT: usize = 4;

/// Random access to a file that is not in memory.
pub trait Source {
    /// Size of the file in bytes.
    fn size(&self) -> u64;
    /// At most `len` bytes from `at`; fewer only at the end of the file.
    fn read(&self, at: u64, len: usize) -> std::io::Result<Vec<u8>>;
}

/// A view of the file from some byte on.
pub(crate) struct Input<'a> {
    bytes: Bytes<'a>,
    len: usize,
}

enum Bytes<'a> {
    Whole(&'a [u8]),
    Paged { source: &'a dyn Source, from: u64, pages: RefCell<Vec<(usize, Vec<u8>)>>, failed: Rc<Cell<bool>> },
}

impl<'a> Input<'a> {
    pub(crate) fn whole(bytes: &'a [u8]) -> Self {
        Self { len: bytes.len(), bytes: Bytes::Whole(bytes) }
    }

    /// A file of the given source; one that does not fit into the address space is seen in part.
    pub(crate) fn paged(source: &'a dyn Source) -> Self {
        let len = usize::try_from(source.size()).unwrap_or(usize::MAX);
        Self { len, bytes: Bytes::Paged { source, from: 0, pages: RefCell::default(), failed: Rc::default() } }
    }

    /// The same file without its first `start` bytes.
    pub(crate) fn skip(&self, start: usize) -> Self {
        let start = start.min(self.len);
        let bytes = match &self.bytes {
            Bytes::Whole(bytes) => Bytes::Whole(&bytes[start..]),
            Bytes::Paged { source, from, failed, .. } => Bytes::Paged {
                source: *source,
                from: from + start as u64,
                pages: RefCell::default(),
                failed: failed.clone(),
            },
        };
        Self { len: self.len - start, bytes }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether a page could not be read; then nothing that was seen counts.
    pub(crate) fn failed(&self) -> bool {
        matches!(&self.bytes, Bytes::Paged { failed, .. } if failed.get())
    }

    /// All bytes; the caller bounds their number.
    pub(crate) fn all(&self) -> Cow<'a, [u8]> {
        match self.bytes {
            Bytes::Whole(bytes) => Cow::Borrowed(bytes),
            Bytes::Paged { .. } => Cow::Owned(self.slice(0, self.len)),
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<u8> {
        match &self.bytes {
            Bytes::Whole(bytes) => bytes.get(at).copied(),
            Bytes::Paged { .. } => self.with_page(at, |rest| rest.first().copied()).flatten(),
        }
    }

    pub(crate) fn starts_with(&self, at: usize, word: &[u8]) -> bool {
        match &self.bytes {
            Bytes::Whole(bytes) => bytes.get(at..).is_some_and(|rest| rest.starts_with(word)),
            Bytes::Paged { .. } => word.iter().enumerate().all(|(i, byte)| self.get(at + i) == Some(*byte)),
        }
    }

    /// First place from `from` on whose byte is wanted; the end of the file when there is none.
    pub(crate) fn position(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let mut at = from;
        while at < self.len {
            let (found, seen) = self
                .with_page(at, |rest| (rest.iter().position(|byte| wanted(*byte)), rest.len()))
                .unwrap_or((None, self.len));
            match found {
                Some(offset) => return at + offset,
                None => at = at.saturating_add(seen.max(1)),
            }
        }
        self.len
    }

    /// First place of `needle` from `from` on.
    pub(crate) fn find(&self, from: usize, needle: &[u8]) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.position(at, |byte| byte == needle[0]);
            if at >= self.len {
                return None;
            }
            if self.starts_with(at, needle) {
                return Some(at);
            }
            at += 1;
        }
    }

    /// Last place of `needle` not before `from`.
    pub(crate) fn find_last(&self, from: usize, needle: &[u8]) -> Option<usize> {
        let mut end = self.len;
        while end > from {
            let start = end.saturating_sub(PAGE).max(from);
            // Reaches over the border, so that no place is missed.
            let part = self.slice(start, end.saturating_add(needle.len() - 1).min(self.len));
            if let Some(at) = part.windows(needle.len()).rposition(|part| part == needle) {
                return Some(start + at);
            }
            end = start;
        }
        None
    }

    /// A copy of the bytes from `from` to `to`; the caller bounds its size.
    pub(crate) fn slice(&self, from: usize, to: usize) -> Vec<u8> {
        let (from, to) = (from.min(self.len), to.min(self.len));
        let mut out = Vec::with_capacity(to.saturating_sub(from));
        let mut at = from;
        while at < to {
            let seen = self
                .with_page(at, |rest| {
                    let part = &rest[..rest.len().min(to - at)];
                    out.extend_from_slice(part);
                    part.len()
                })
                .unwrap_or(0);
            if seen == 0 {
                break;
            }
            at += seen;
        }
        out
    }

    /// Runs `look` over the bytes from `at` to the end of its page. `None` behind the end.
    fn with_page<T>(&self, at: usize, look: impl FnOnce(&[u8]) -> T) -> Option<T> {
        if at >= self.len {
            return None;
        }
        match &self.bytes {
            Bytes::Whole(bytes) => Some(look(&bytes[at..])),
            Bytes::Paged { source, from, pages, failed } => {
                let (number, offset) = (at / PAGE, at % PAGE);
                let mut pages = pages.borrow_mut();
                match pages.iter().position(|(known, _)| *known == number) {
                    Some(0) => {}
                    Some(place) => pages[..=place].rotate_right(1),
                    None => {
                        let wanted = PAGE.min(self.len - number * PAGE);
                        let page = source.read(from + (number * PAGE) as u64, wanted).unwrap_or_default();
                        if page.len() != wanted {
                            failed.set(true);
                            return None;
                        }
                        pages.truncate(KEPT - 1);
                        pages.insert(0, (number, page));
                    }
                }
                Some(look(&pages[0].1[offset..]))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Slow(Vec<u8>);

    impl Source for Slow {
        fn size(&self) -> u64 {
            self.0.len() as u64
        }
        fn read(&self, at: u64, len: usize) -> std::io::Result<Vec<u8>> {
            assert!(len <= PAGE, "never more than a page at once");
            let at = usize::try_from(at).unwrap();
            Ok(self.0[at..(at + len).min(self.0.len())].to_vec())
        }
    }

    #[test]
    fn m5_pages_and_memory_show_the_same_bytes() {
        let mut bytes: Vec<u8> = (0..PAGE * 3 + 17).map(|i| u8::try_from(i % 251).unwrap()).collect();
        // Across two borders, and at the very end.
        for at in [PAGE - 3, PAGE * 2 - 1, bytes.len() - 6] {
            bytes[at..at + 6].copy_from_slice(b"needle");
        }
        let slow = Slow(bytes.clone());
        for start in [0, 5, PAGE + 1] {
            let (paged, whole) = (Input::paged(&slow).skip(start), Input::whole(&bytes[start..]));
            assert_eq!(paged.len(), whole.len());
            for from in [0, 1, PAGE - 4, PAGE, PAGE * 2 - 2, bytes.len()] {
                assert_eq!(paged.get(from), whole.get(from), "{from}");
                assert_eq!(paged.find(from, b"needle"), whole.find(from, b"needle"), "{from}");
                assert_eq!(paged.find_last(from, b"needle"), whole.find_last(from, b"needle"), "{from}");
                assert_eq!(paged.position(from, |b| b == 7), whole.position(from, |b| b == 7), "{from}");
                assert_eq!(paged.slice(from, from + PAGE + 9), whole.slice(from, from + PAGE + 9), "{from}");
            }
            assert!(!paged.failed());
        }
    }

    #[test]
    fn m5_a_page_that_cannot_be_read_is_remembered() {
        struct Gone;
        impl Source for Gone {
            fn size(&self) -> u64 {
                10
            }
            fn read(&self, _: u64, _: usize) -> std::io::Result<Vec<u8>> {
                Err(std::io::Error::other("gone"))
            }
        }
        let input = Input::paged(&Gone);
        assert_eq!(input.get(0), None);
        assert!(input.failed());
    }
}
