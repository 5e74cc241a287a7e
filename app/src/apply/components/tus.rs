//! Sending one file by tus 1.0: in pieces, going on after every break with what was not acknowledged.

use super::tus_wire::{Control, Stop, Trouble, digest_of, header, metadata, offline};
use crate::browser::{get, window};
use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Bytes of a piece: so much is lost at most when a line breaks.
const PIECE: u32 = 1 << 20;
/// A file above this goes in two parts beside each other, where the line is fast.
const LARGE: u32 = 16 * PIECE;
/// A line of so many Mbit/s is fast.
const FAST: f64 = 5.0;
/// Tries without any progress, while the device believes to be online.
const TRIES: u32 = 10;

/// What is worth telling while sending.
pub(super) enum Said {
    /// Percent that the server has.
    Percent(u32),
    /// The device is offline.
    Offline(u32),
    /// Seconds until the next try, and percent.
    Again(u32, u32),
}

struct Sending<'a> {
    slot: &'a str,
    file: &'a File,
    size: u32,
    control: &'a Control,
    mark: &'a str,
    /// Bytes of each part that the server has.
    sent: [Cell<u32>; 2],
    tell: &'a dyn Fn(Said),
}

/// A stretch of the file that is one upload.
#[derive(Clone, Copy)]
struct Part {
    number: usize,
    from: u32,
    to: u32,
    /// Put together with others later.
    partial: bool,
}

/// Sends a file into a slot; true when the server had its content already.
pub(super) async fn send(slot: &str, file: &File, control: &Control, tell: &dyn Fn(Said)) -> Result<bool, Stop> {
    control.begin();
    let digest = digest_of(file).await;
    if let Some(digest) = &digest
        && is_known(slot, file, control, digest).await
    {
        return Ok(true);
    }
    // Without a digest the time of the last change has to do.
    let mark = digest.unwrap_or_else(|| whole(file.last_modified() / 1000.0).to_string());
    let size = whole(file.size());
    let sending = Sending { slot, file, size, control, mark: &mark, sent: [Cell::new(0), Cell::new(0)], tell };
    if size <= LARGE || !is_fast() {
        sending.part(Part { number: 0, from: 0, to: size, partial: false }).await?;
        return Ok(false);
    }
    let middle = size / 2;
    let first = sending.part(Part { number: 0, from: 0, to: middle, partial: true });
    let second = sending.part(Part { number: 1, from: middle, to: size, partial: true });
    let (first, second) = both(first, second).await;
    sending.join(&first?, &second?).await.map(|()| false)
}

/// Takes back what was begun.
pub(super) async fn take_back(urls: &[String]) {
    let control = Control::default();
    control.begin();
    for url in urls {
        // What is left of it runs out by itself.
        let _ = control.ask("DELETE", url, &[], None).await;
    }
}

/// Asks before sending: a person's own content is not sent twice.
async fn is_known(slot: &str, file: &File, control: &Control, digest: &str) -> bool {
    let words = about(file, "digest", digest);
    let (url, headers) = ([slot, "/known"].concat(), [("upload-metadata", words.as_str())]);
    let Ok(response) = control.ask("POST", &url, &headers, None).await else { return false };
    let Ok(body) = response.json() else { return false };
    JsFuture::from(body).await.is_ok_and(|value| get(&value, "file").is_some_and(|f| f.is_string()))
}

/// Name and type of the file, and one thing more.
fn about(file: &File, key: &str, value: &str) -> String {
    let (name, kind) = (file.name(), file.type_());
    metadata(&[("filename", name.as_str()), ("filetype", kind.as_str()), (key, value)])
}

/// Sizes are whole, and the check before has refused what is above 4 GB.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
fn whole(number: f64) -> u32 {
    number as u32
}

/// Whether the browser knows the line to be fast; not all tell.
fn is_fast() -> bool {
    let connection = get(&window().navigator(), "connection");
    connection.and_then(|c| get(&c, "downlink")?.as_f64()).is_some_and(|rate| rate >= FAST)
}

/// Works at two things in turn until both are done.
async fn both<A: Future, B: Future>(first: A, second: B) -> (A::Output, B::Output) {
    let mut first = pin!(first);
    let mut second = pin!(second);
    let (mut one, mut two) = (None, None);
    std::future::poll_fn(move |cx| {
        if one.is_none()
            && let Poll::Ready(done) = first.as_mut().poll(cx)
        {
            one = Some(done);
        }
        if two.is_none()
            && let Poll::Ready(done) = second.as_mut().poll(cx)
        {
            two = Some(done);
        }
        match (one.take(), two.take()) {
            (Some(one), Some(two)) => Poll::Ready((one, two)),
            (a, b) => {
                one = a;
                two = b;
                Poll::Pending
            }
        }
    })
    .await
}

impl Sending<'_> {
    fn percent(&self) -> u32 {
        let sent: u64 = self.sent.iter().map(|part| u64::from(part.get())).sum();
        u32::try_from(sent * 100 / u64::from(self.size.max(1))).unwrap_or(100)
    }

    /// Sends one part to its end; gives its address.
    async fn part(&self, part: Part) -> Result<String, Stop> {
        let mut url = String::new();
        let mut offset = None;
        let (mut tries, mut begun, mut reached) = (0, 0, 0);
        loop {
            self.control.check()?;
            match self.step(part, &mut url, &mut offset).await {
                Ok(true) => return Ok(url),
                Ok(false) => {
                    // To be told how far it is, is no progress: a server that takes nothing more would
                    // be asked once a second for ever.
                    let there = self.sent[part.number].get();
                    if there > reached {
                        (tries, reached) = (0, there);
                    }
                    (self.tell)(Said::Percent(self.percent()));
                }
                Err(Trouble::Stop(stop)) => return Err(stop),
                Err(Trouble::Gone) if begun < 2 => {
                    begun += 1;
                    reached = 0;
                    url.clear();
                    offset = None;
                }
                Err(Trouble::Gone) => return Err(Stop::Refused(crate::t::transfer::upload_expired().to_owned())),
                Err(Trouble::Passing) => {
                    // How much of it arrived is asked first.
                    offset = None;
                    tries += 1;
                    self.wait(tries).await?;
                }
            }
        }
    }

    /// One request: begins, asks how far it is, or sends a piece. True when all is there.
    async fn step(&self, part: Part, url: &mut String, offset: &mut Option<u32>) -> Result<bool, Trouble> {
        let length = part.to - part.from;
        let Some(at) = *offset else {
            let response = if url.is_empty() {
                let response = self.begin(part, length).await?;
                *url = header(&response, "location");
                self.control.urls.borrow_mut().push(url.clone());
                response
            } else {
                self.control.ask("HEAD", url, &[], None).await?
            };
            let there: u32 = header(&response, "upload-offset").parse().map_err(|_| Trouble::Passing)?;
            self.sent[part.number].set(there);
            *offset = Some(there);
            return Ok(there >= length && (part.partial || !header(&response, "onevisit-file").is_empty()));
        };
        let end = (at + PIECE).min(length);
        let piece = self.file.slice_with_f64_and_f64((part.from + at).into(), (part.from + end).into());
        let piece = piece.map_err(|_| Trouble::Stop(Stop::Refused(offline())))?;
        let at = at.to_string();
        let headers = [("content-type", "application/offset+octet-stream"), ("upload-offset", at.as_str())];
        let response = self.control.ask("PATCH", url, &headers, Some(&piece)).await?;
        let there: u32 = header(&response, "upload-offset").parse().map_err(|_| Trouble::Passing)?;
        self.sent[part.number].set(there);
        *offset = Some(there);
        Ok(there >= length)
    }

    async fn begin(&self, part: Part, length: u32) -> Result<web_sys::Response, Trouble> {
        let mark =
            if part.partial { [self.mark, "/", &part.number.to_string()].concat() } else { self.mark.to_owned() };
        let words = about(self.file, "mark", &mark);
        let length = length.to_string();
        let headers =
            [("upload-length", length.as_str()), ("upload-metadata", words.as_str()), ("upload-concat", "partial")];
        let headers = if part.partial { &headers[..] } else { &headers[..2] };
        self.control.ask("POST", self.slot, headers, None).await
    }

    /// Puts two parts together.
    async fn join(&self, first: &str, second: &str) -> Result<(), Stop> {
        let words = about(self.file, "", "");
        let parts = ["final;", first, " ", second].concat();
        let headers = [("upload-concat", parts.as_str()), ("upload-metadata", words.as_str())];
        let mut tries = 0;
        loop {
            match self.control.ask("POST", self.slot, &headers, None).await {
                Ok(_) => return Ok(()),
                Err(Trouble::Stop(stop)) => return Err(stop),
                Err(Trouble::Gone | Trouble::Passing) => {
                    tries += 1;
                    self.wait(tries).await?;
                }
            }
        }
    }

    /// Pauses that grow: 1, 2, 4 … 30 s. While the device is offline it waits as long as it takes.
    async fn wait(&self, tries: u32) -> Result<(), Stop> {
        let seconds = (1 << (tries - 1).min(5)).min(30);
        if window().navigator().on_line() {
            if tries > TRIES {
                return Err(Stop::Refused(offline()));
            }
            (self.tell)(Said::Again(seconds, self.percent()));
        } else {
            (self.tell)(Said::Offline(self.percent()));
        }
        self.control.sleep(seconds).await;
        self.control.check()
    }
}
