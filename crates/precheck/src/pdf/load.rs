//! All objects of a file in one pass, without the cross-reference table.

use super::inflate;
use super::lock::Lock;
use super::parse::{Budget, Cursor, Stop, is_regular, is_space};
use crate::input::Input;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use std::collections::BTreeMap;

/// Largest packed object stream that is looked into, in bytes; real ones stay below 1 MB.
const MOST_PACKED: usize = 16 * 1024 * 1024;

/// What a look at a far place costs at least: a page is read for it.
const LOOK: usize = 64 * 1024;

/// The file costs more than a real one ever does.
#[derive(Debug)]
pub(super) struct Trouble;

/// The newest version of an object.
struct Entry {
    /// Place of the object (or of the stream that holds it) in the file: later ones win.
    place: usize,
    object: Object,
    /// Where the data of a stream lie, and its generation, by which it is decrypted.
    data: Option<(usize, usize, u16)>,
}

/// An object stream that waits to be unpacked (7.5.7).
struct Container {
    id: ObjectId,
    place: usize,
    dict: Dictionary,
    start: usize,
    end: usize,
}

/// The objects of a file. Content of streams is not kept.
pub(super) struct Loaded<'a> {
    data: &'a Input<'a>,
    budget: Budget,
    objects: BTreeMap<u32, Entry>,
    containers: Vec<Container>,
    /// Entries of all trailers, the later ones over the earlier ones.
    pub trailer: Dictionary,
    /// Where the last object of the file starts.
    pub last_object: usize,
}

impl<'a> Loaded<'a> {
    /// Reads all objects that are not packed into object streams.
    pub(super) fn scan(data: &'a Input<'a>) -> Result<Self, Trouble> {
        let mut loaded = Self {
            data,
            budget: Budget::for_file(data.len()),
            objects: BTreeMap::new(),
            containers: Vec::new(),
            trailer: Dictionary::new(),
            last_object: 0,
        };
        let mut at = 0;
        let mut token_start = true;
        while let Some(byte) = data.get(at) {
            let next = match byte {
                b'0'..=b'9' if token_start => loaded.indirect(at),
                b't' if token_start => loaded.read_trailer(at),
                b'%' => Ok(data.position(at, |b| matches!(b, b'\r' | b'\n'))),
                _ => Err(Stop::Syntax),
            };
            match next {
                Ok(next) => {
                    at = next.max(at + 1);
                    token_start = true;
                }
                Err(Stop::Syntax) => {
                    token_start = !is_regular(byte);
                    at += 1;
                }
                Err(Stop::Budget) => return Err(Trouble),
            }
        }
        Ok(loaded)
    }

    /// One `n g obj ... endobj` at `place`; returns where to go on.
    fn indirect(&mut self, place: usize) -> Result<usize, Stop> {
        let data = self.data;
        let mut cursor = Cursor { data, at: place, budget: &mut self.budget };
        let id = cursor.header()?;
        self.last_object = place;
        let object = cursor.object(0)?;
        cursor.space()?;
        let mut next = cursor.at;
        let mut content = None;
        if let Object::Dictionary(dict) = &object
            && cursor.word(b"stream")?
        {
            let start = stream_start(data, cursor.at);
            let end = stream_end(data, start, dict, &mut self.budget)?;
            next = end;
            content = Some((start, end, id.1));
            self.note_stream(id, place, dict, start, end);
        }
        self.objects.insert(id.0, Entry { place, object, data: content });
        Ok(next)
    }

    fn note_stream(&mut self, id: ObjectId, place: usize, dict: &Dictionary, start: usize, end: usize) {
        if dict.has_type(b"ObjStm") {
            let dict = dict.clone();
            self.containers.push(Container { id, place, dict, start, end });
        } else if dict.has_type(b"XRef") {
            self.merge_trailer(dict);
        }
    }

    fn read_trailer(&mut self, at: usize) -> Result<usize, Stop> {
        let mut cursor = Cursor { data: self.data, at, budget: &mut self.budget };
        if !cursor.word(b"trailer")? {
            return Err(Stop::Syntax);
        }
        cursor.space()?;
        let dict = cursor.dictionary(0)?;
        let next = cursor.at;
        self.merge_trailer(&dict);
        Ok(next)
    }

    fn merge_trailer(&mut self, dict: &Dictionary) {
        for key in [b"Root".as_slice(), b"Encrypt", b"ID"] {
            if let Ok(value) = dict.get(key) {
                self.trailer.set(key, value.clone());
            }
        }
    }

    /// Unpacks the object streams. Streams that cannot be unpacked are passed over: the pages they
    /// held are then missed by the page count.
    pub(super) fn expand(&mut self, lock: &Lock) -> Result<(), Trouble> {
        for container in std::mem::take(&mut self.containers) {
            if container.end - container.start > MOST_PACKED {
                return Err(Trouble);
            }
            let raw = self.data.slice(container.start, container.end);
            let mut object = Object::Stream(Stream::new(container.dict, raw));
            if let Lock::Opened(state) = lock
                && lopdf::encryption::decrypt_object(state, container.id, &mut object).is_err()
            {
                continue;
            }
            let Object::Stream(stream) = object else {
                continue;
            };
            let plain = match inflate::plain(&stream, &mut self.budget) {
                Ok(plain) => plain,
                Err(Stop::Syntax) => continue,
                Err(Stop::Budget) => return Err(Trouble),
            };
            if self.unpack(&stream.dict, &plain, container.place) == Err(Stop::Budget) {
                return Err(Trouble);
            }
        }
        Ok(())
    }

    fn unpack(&mut self, dict: &Dictionary, plain: &[u8], place: usize) -> Result<(), Stop> {
        let whole = |key: &[u8]| {
            let value = dict.get(key).ok().and_then(|value| self.resolve(value).as_i64().ok());
            usize::try_from(value.unwrap_or(-1)).map_err(|_| Stop::Syntax)
        };
        let (count, first) = (whole(b"N")?, whole(b"First")?);
        let mut index = 0;
        let plain = Input::whole(plain);
        for _ in 0..count {
            let mut cursor = Cursor { data: &plain, at: index, budget: &mut self.budget };
            cursor.space()?;
            let number: u32 = cursor.number()?;
            cursor.space()?;
            let offset: usize = cursor.number()?;
            index = cursor.at;
            cursor.at = first.saturating_add(offset);
            if cursor.at >= plain.len() {
                continue;
            }
            let object = match cursor.object(0) {
                Ok(object) => object,
                Err(Stop::Syntax) => continue,
                Err(Stop::Budget) => return Err(Stop::Budget),
            };
            let newer = self.objects.get(&number).is_none_or(|entry| entry.place <= place);
            if newer {
                self.objects.insert(number, Entry { place, object, data: None });
            }
        }
        Ok(())
    }

    /// The object of this number, whatever its generation.
    pub(super) fn get(&self, number: u32) -> Option<&Object> {
        Some(&self.objects.get(&number)?.object)
    }

    /// The data of a stream, decrypted but still packed; `None` where there is none, or more than
    /// `most` bytes.
    pub(super) fn stream(&self, number: u32, most: usize, lock: &Lock) -> Option<Stream> {
        let entry = self.objects.get(&number)?;
        let (start, end, generation) = entry.data?;
        if end - start > most {
            return None;
        }
        let dict = entry.object.as_dict().ok()?.clone();
        let mut object = Object::Stream(Stream::new(dict, self.data.slice(start, end)));
        if let Lock::Opened(state) = lock {
            lopdf::encryption::decrypt_object(state, (number, generation), &mut object).ok()?;
        }
        match object {
            Object::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    /// Follows references, at most eight in a row.
    pub(super) fn resolve<'b>(&'b self, mut object: &'b Object) -> &'b Object {
        for _ in 0..8 {
            let Object::Reference((number, _)) = object else {
                return object;
            };
            object = self.get(*number).unwrap_or(&Object::Null);
        }
        &Object::Null
    }

    /// The document catalogue (7.7.2).
    pub(super) fn catalog(&self) -> Option<&Dictionary> {
        self.resolve(self.trailer.get(b"Root").ok()?).as_dict().ok()
    }
}

/// Data of a stream begin behind the line end after the keyword (7.3.8.1).
fn stream_start(data: &Input, at: usize) -> usize {
    match (data.get(at), data.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at + 2,
        (Some(b'\r' | b'\n'), _) => at + 1,
        _ => at,
    }
}

/// End of the data: by the direct length if `endstream` really follows there, else by searching.
///
/// Every way is paid for, also one that finds nothing: else a file of many false streams would be
/// read over and over.
fn stream_end(data: &Input, start: usize, dict: &Dictionary, budget: &mut Budget) -> Result<usize, Stop> {
    const KEYWORD: &[u8] = b"endstream";
    let declared = dict.get(b"Length").ok().and_then(|length| length.as_i64().ok());
    if let Some(end) = declared.and_then(|length| start.checked_add(usize::try_from(length).ok()?)) {
        let blank = (0..4).take_while(|i| data.get(end.saturating_add(*i)).is_some_and(is_space)).count();
        if data.starts_with(end.saturating_add(blank), KEYWORD) {
            budget.read(end - start)?;
            return Ok(end);
        }
        budget.read(LOOK)?;
    }
    let found = data.find(start, KEYWORD);
    budget.read(found.unwrap_or(data.len()).saturating_sub(start))?;
    found.ok_or(Stop::Syntax)
}
