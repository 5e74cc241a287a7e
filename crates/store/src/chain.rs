//! The hash chain of the case events (全过程留痕): each event carries the hash of the one before, so
//! that nobody, not even who can write to the database, changes, removes or inserts one unseen.
//!
//! The hash covers a salted digest of the payload, not the payload: personal data and its salt
//! can be erased (个人信息保护法 art. 47) and the chain still holds. Cutting off the newest events is
//! found by [`verify_to`] with the head that is kept elsewhere, e.g. in the case row.

use aws_lc_rs::digest::{Context, Digest, SHA256};

/// What stands in `prev_hash` of a case's first event.
pub const GENESIS: &str = "";

/// Length-prefixed fields: no two different lists of fields give the same bytes.
struct Hasher(Context);

impl Hasher {
    fn new(purpose: &str) -> Self {
        Self(Context::new(&SHA256)).bytes(purpose.as_bytes())
    }

    fn bytes(mut self, field: &[u8]) -> Self {
        self.0.update(&(field.len() as u64).to_be_bytes());
        self.0.update(field);
        self
    }

    fn number(self, field: i64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    fn finish(self) -> String {
        let digest: Digest = self.0.finish();
        hex::encode(digest)
    }
}

/// The hash of an event: SHA-256 in lower-case hex. `seq` counts from 1 within the case, `at` is
/// in microseconds since 1970, `payload_digest` comes from [`salted_digest`].
pub fn link(
    prev_hash: &str,
    case_id: &str,
    seq: i64,
    actor: &str,
    at: i64,
    kind: &str,
    payload_digest: &str,
) -> String {
    Hasher::new("onevisit/event/v1")
        .bytes(prev_hash.as_bytes())
        .bytes(case_id.as_bytes())
        .number(seq)
        .bytes(actor.as_bytes())
        .number(at)
        .bytes(kind.as_bytes())
        .bytes(payload_digest.as_bytes())
        .finish()
}

/// The digest of a payload with a random salt of 16 bytes or more. Without the salt, a short
/// payload could be guessed from its digest after it was erased.
pub fn salted_digest(salt: &[u8], payload: &[u8]) -> String {
    Hasher::new("onevisit/payload/v1").bytes(salt).bytes(payload).finish()
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEvent {
    /// The case it belongs to.
    pub case_id: String,
    /// Its number within the case, from 1.
    pub seq: i64,
    /// Who acted.
    pub actor: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What happened.
    pub kind: String,
    /// See [`salted_digest`].
    pub payload_digest: String,
    /// The hash of the event before, [`GENESIS`] for the first.
    pub prev_hash: String,
    /// See [`link`].
    pub hash: String,
}

/// Where and why a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event chain of case {case_id} is broken at {seq}: {why}")]
pub struct BrokenLink {
    /// The case.
    pub case_id: String,
    /// The event's number.
    pub seq: i64,
    /// The kind of break.
    pub why: Break,
}

/// The kinds of break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// An event is missing, repeated or out of order.
    #[error("the numbering has a gap or a repetition")]
    Sequence,
    /// The event does not point to the one before it.
    #[error("it does not follow from the event before")]
    Previous,
    /// The event was changed after it was written.
    #[error("its content was changed")]
    Content,
    /// The newest events are missing: the chain does not end where it should.
    #[error("the chain does not end at the known head")]
    Head,
}

/// Checks events given in the order of case and number; several cases may follow each other, each
/// from its first event on. Uses constant memory.
pub fn verify(events: impl IntoIterator<Item = ChainEvent>) -> Result<(), BrokenLink> {
    walk(None, events).map(drop)
}

/// Checks events that follow `last`, none at the beginning; gives the newest. So a long chain is read in pieces.
pub fn verify_after(
    last: Option<ChainEvent>,
    events: impl IntoIterator<Item = ChainEvent>,
) -> Result<Option<ChainEvent>, BrokenLink> {
    walk(last, events)
}

/// Checks one case's events and that they end with the given head (number and hash).
pub fn verify_to(
    events: impl IntoIterator<Item = ChainEvent>,
    case_id: &str,
    seq: i64,
    hash: &str,
) -> Result<(), BrokenLink> {
    let complete = match walk(None, events)? {
        Some(last) => last.case_id == case_id && last.seq == seq && last.hash == hash,
        None => seq == 0 && hash == GENESIS,
    };
    if complete {
        return Ok(());
    }
    Err(BrokenLink { case_id: case_id.to_owned(), seq, why: Break::Head })
}

fn walk(
    mut last: Option<ChainEvent>,
    events: impl IntoIterator<Item = ChainEvent>,
) -> Result<Option<ChainEvent>, BrokenLink> {
    for event in events {
        if let Some(why) = flaw(last.as_ref(), &event) {
            return Err(BrokenLink { case_id: event.case_id, seq: event.seq, why });
        }
        last = Some(event);
    }
    Ok(last)
}

fn flaw(last: Option<&ChainEvent>, event: &ChainEvent) -> Option<Break> {
    let (seq, prev_hash) = match last {
        Some(last) if last.case_id == event.case_id => (last.seq + 1, last.hash.as_str()),
        _ => (1, GENESIS),
    };
    if event.seq != seq {
        return Some(Break::Sequence);
    }
    if event.prev_hash != prev_hash {
        return Some(Break::Previous);
    }
    let hash =
        link(&event.prev_hash, &event.case_id, event.seq, &event.actor, event.at, &event.kind, &event.payload_digest);
    (hash != event.hash).then_some(Break::Content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(case_id: &str, length: i64) -> Vec<ChainEvent> {
        let mut events: Vec<ChainEvent> = Vec::new();
        for seq in 1..=length {
            let prev_hash = events.last().map_or(GENESIS.to_owned(), |event| event.hash.clone());
            let payload_digest = salted_digest(b"0123456789abcdef", &seq.to_be_bytes());
            let hash = link(&prev_hash, case_id, seq, "u1", seq * 10, "Saved", &payload_digest);
            events.push(ChainEvent {
                case_id: case_id.to_owned(),
                seq,
                actor: "u1".to_owned(),
                at: seq * 10,
                kind: "Saved".to_owned(),
                payload_digest,
                prev_hash,
                hash,
            });
        }
        events
    }

    fn break_of(events: Vec<ChainEvent>) -> (i64, Break) {
        let broken = verify(events).unwrap_err();
        (broken.seq, broken.why)
    }

    #[test]
    fn whole_chains_hold_also_one_after_the_other() {
        let mut events = chain("a", 4);
        events.extend(chain("b", 2));
        assert_eq!(verify(events), Ok(()));
        let head = chain("a", 4).pop().unwrap();
        assert_eq!(verify_to(chain("a", 4), "a", 4, &head.hash), Ok(()));
        assert_eq!(verify_to(Vec::new(), "a", 0, GENESIS), Ok(()));
    }

    #[test]
    fn a_chain_is_read_in_pieces() {
        let mut events = chain("a", 6);
        let rest = events.split_off(4);
        let last = verify_after(None, events).unwrap();
        assert_eq!(last.as_ref().map(|event| event.seq), Some(4));
        assert_eq!(verify_after(last.clone(), rest[1..].to_vec()).unwrap_err().why, Break::Sequence);
        assert_eq!(verify_after(last, rest).unwrap().map(|event| event.seq), Some(6));
    }

    #[test]
    fn every_changed_field_breaks_the_chain() {
        let changes: [fn(&mut ChainEvent); 5] = [
            |event| event.actor = "u2".to_owned(),
            |event| event.at += 1,
            |event| event.kind = "Granted".to_owned(),
            |event| event.payload_digest = salted_digest(b"0123456789abcdef", b"other"),
            |event| event.hash = "0".repeat(64),
        ];
        for change in changes {
            let mut events = chain("a", 3);
            change(&mut events[1]);
            assert_eq!(break_of(events), (2, Break::Content));
        }
    }

    #[test]
    fn missing_moved_and_replaced_events_are_found() {
        let mut missing = chain("a", 3);
        missing.remove(1);
        assert_eq!(break_of(missing), (3, Break::Sequence));

        let mut headless = chain("a", 3);
        headless.remove(0);
        assert_eq!(break_of(headless), (2, Break::Sequence));

        let mut swapped = chain("a", 3);
        swapped.swap(1, 2);
        assert_eq!(break_of(swapped), (3, Break::Sequence));

        // Changed together with its own hash: the next event gives it away.
        let mut forged = chain("a", 3);
        forged[1].actor = "u2".to_owned();
        let event = &forged[1];
        forged[1].hash = link(&event.prev_hash, "a", 2, "u2", event.at, &event.kind, &event.payload_digest);
        assert_eq!(break_of(forged), (3, Break::Previous));

        let head = chain("a", 3).pop().unwrap();
        let cut = verify_to(chain("a", 2), "a", 3, &head.hash).unwrap_err();
        assert_eq!(cut.why, Break::Head);
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(link("", "ab", 1, "c", 1, "k", "d"), link("", "a", 1, "bc", 1, "k", "d"));
        assert_ne!(salted_digest(b"ab", b"c"), salted_digest(b"a", b"bc"));
    }
}
