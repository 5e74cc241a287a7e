//! 文件归类: which of the files that were dropped at once belongs into which slot, by type, size, room and the
//! words that the file's name shares with the material's. Only a proposal: a person confirms each one.

use crate::catalogue::AcceptedFile;
use std::collections::BTreeMap;

/// 待归类: the slot in which files wait until somebody has said what they are. No material has this id; while
/// files are in it, nothing is submitted.
pub const UNSORTED: &str = "unsorted";
/// Most files that wait there.
pub const MOST_UNSORTED: u32 = 20;
/// Words shared by a name weigh this much where no other material has them.
const WEIGHT: u32 = 60;

/// A file that waits.
#[derive(Debug, Clone, Copy)]
pub struct Offered<'a> {
    /// As the person's device gave it.
    pub name: &'a str,
    /// By its content; none for what no slot takes.
    pub kind: Option<AcceptedFile>,
    pub bytes: u64,
}

/// A slot with room.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub accepts: &'a [AcceptedFile],
    pub max_bytes: u64,
    /// So many more files.
    pub free: u32,
}

impl Room<'_> {
    /// Whether the file may lie here at all.
    pub fn takes(&self, file: &Offered<'_>) -> bool {
        self.free > 0 && file.bytes <= self.max_bytes && file.kind.is_some_and(|kind| self.accepts.contains(&kind))
    }
}

/// The slot of each file, in the order of the files; none where the names do not say it clearly.
pub fn sort<'a>(files: &[Offered<'_>], rooms: &[Room<'a>]) -> Vec<Option<&'a str>> {
    let words: Vec<Vec<String>> = rooms.iter().map(|room| words_of(room.name)).collect();
    let mut common: BTreeMap<&str, u32> = BTreeMap::new();
    for word in words.iter().flatten() {
        *common.entry(word).or_default() += 1;
    }
    let mut free: Vec<u32> = rooms.iter().map(|room| room.free).collect();
    files
        .iter()
        .map(|file| {
            let own = words_of(stem(file.name));
            let score = |at: usize| -> u32 {
                let shared = words[at].iter().filter(|word| own.contains(word));
                shared.map(|word| WEIGHT / common.get(word.as_str()).copied().unwrap_or(1)).sum()
            };
            let open = (0..rooms.len()).filter(|at| rooms[*at].takes(file));
            let at = clear_best(open.map(|at| (at, score(at))))?;
            free[at] = free[at].checked_sub(1)?;
            Some(rooms[at].id)
        })
        .collect()
}

/// The one with the most, if it has any and no other has as much.
fn clear_best(scores: impl Iterator<Item = (usize, u32)>) -> Option<usize> {
    let mut scores: Vec<(usize, u32)> = scores.filter(|(_, score)| *score > 0).collect();
    scores.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
    match scores.as_slice() {
        [(at, _)] => Some(*at),
        [(at, first), (_, second), ..] if first > second => Some(*at),
        _ => None,
    }
}

/// A file's name without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Chinese by twos, as words are not parted there; anything else by its letters and digits, three at least.
/// Each once.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let chars: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    for run in chars.chunk_by(|a, b| sort_of(*a) == sort_of(*b)) {
        match run.first().map(|first| sort_of(*first)) {
            Some(Sort::Chinese) => words.extend(run.windows(2).map(|two| two.iter().collect::<String>())),
            Some(Sort::Latin) if run.len() >= 3 => words.push(run.iter().collect()),
            _ => {}
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Chinese,
    Latin,
    /// Digits and marks part words.
    Other,
}

fn sort_of(c: char) -> Sort {
    match c {
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => Sort::Chinese,
        _ if c.is_alphabetic() => Sort::Latin,
        _ => Sort::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[AcceptedFile] = &[AcceptedFile::Jpeg, AcceptedFile::Png, AcceptedFile::Pdf];
    const PHOTO: &[AcceptedFile] = &[AcceptedFile::Jpeg];

    fn room<'a>(id: &'a str, name: &'a str) -> Room<'a> {
        Room { id, name, accepts: ALL, max_bytes: 1000, free: 2 }
    }

    fn photo(name: &str) -> Offered<'_> {
        Offered { name, kind: Some(AcceptedFile::Jpeg), bytes: 10 }
    }

    fn rooms() -> Vec<Room<'static>> {
        vec![
            room("id", "居民身份证"),
            room("licence", "营业执照"),
            room("plan", "经营场所平面图"),
            room("rules", "食品安全管理制度"),
        ]
    }

    #[test]
    fn m3_files_go_where_their_names_say() {
        let names = ["身份证正面.jpg", "IMG_2031 平面图(1).JPG", "营业执照副本.pdf", "制度.jpg"];
        let files: Vec<Offered<'_>> = names.iter().map(|name| photo(name)).collect();
        assert_eq!(sort(&files, &rooms()), [Some("id"), Some("plan"), Some("licence"), Some("rules")]);
    }

    #[test]
    fn m3_what_is_not_clear_is_left_to_the_person() {
        let two = [room("mother", "母亲的身份证"), room("father", "父亲的身份证")];
        let files = ["身份证.jpg", "IMG_2031.jpg", "", "证.jpg", "父亲身份证.jpg", "母亲.jpg"].map(photo);
        let sorted = sort(&files, &two);
        assert_eq!(sorted, [None, None, None, None, Some("father"), Some("mother")]);
        // The ending says nothing.
        assert_eq!(sort(&[photo("photo.营业执照")], &rooms()), [None]);
    }

    #[test]
    fn m3_words_that_every_material_has_weigh_little() {
        let three = [room("a", "出生证明"), room("b", "婚姻状况证明"), room("c", "收入证明")];
        assert_eq!(sort(&[photo("出生证明.jpg"), photo("证明.jpg")], &three), [Some("a"), None]);
        // One word of its own outweighs two that are common.
        let more = [room("a", "身份证复印件"), room("b", "户口簿复印件"), room("c", "房产证复印件")];
        assert_eq!(sort(&[photo("户口复印件.jpg")], &more), [Some("b")]);
    }

    #[test]
    fn m3_type_size_and_room_are_kept() {
        let mut one = [room("licence", "营业执照")];
        let files = ["营业执照 1.jpg", "营业执照 2.jpg", "营业执照 3.jpg"].map(photo);
        assert_eq!(sort(&files, &one), [Some("licence"), Some("licence"), None], "no more room");
        let big = Offered { bytes: 1001, ..photo("营业执照.jpg") };
        let sheet = Offered { kind: Some(AcceptedFile::Pdf), ..photo("营业执照.pdf") };
        let odd = Offered { kind: None, ..photo("营业执照.exe") };
        one[0].accepts = PHOTO;
        assert_eq!(sort(&[big, sheet, odd, photo("营业执照.jpg")], &one), [None, None, None, Some("licence")]);
        one[0].free = 0;
        assert_eq!(sort(&[photo("营业执照.jpg")], &one), [None]);
    }

    #[test]
    fn m3_latin_names_count_by_whole_words() {
        let rooms = [room("a", "Passport 护照"), room("b", "VISA 签证")];
        assert_eq!(
            sort(&[photo("my-passport_scan.jpg"), photo("pass.jpg"), photo("VISA.png")], &rooms),
            [Some("a"), None, Some("b")]
        );
    }
}
