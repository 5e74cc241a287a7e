//! Which of a page's saves came first. A line may bring a request, or a copy of one, after a newer request
//! of the same page: such a one is answered and changes nothing.

/// So many pages are remembered for each draft, the newest first.
const PAGES: usize = 24;
/// Longest name of a page, in characters.
const LONGEST: usize = 40;

/// Where a save stands among those of its page. Each save holds all that its page knows to be
/// unacknowledged: whatever was sent before it is contained in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// One loading of one page, named by chance.
    page: String,
    /// 1, 2, 3 …
    number: i64,
    /// Saves of pages that have gone, which this one contains.
    after: Vec<(String, i64)>,
}

impl Turn {
    /// `after` lists `page:number`, separated by spaces. None for a page that does not count its saves,
    /// such as one without scripts: everything of it is taken as it comes.
    pub fn new(page: &str, number: i64, after: &str) -> Option<Self> {
        let after = entries(after).filter(|(page, _)| is_name(page)).take(2);
        let after = after.map(|(page, number)| (page.to_owned(), number)).collect();
        (is_name(page) && number > 0).then(|| Self { page: page.to_owned(), number, after })
    }

    /// The list of a draft with this save in it, and whether it is newer than all before it.
    pub(crate) fn take(&self, list: &str) -> (String, bool) {
        let mut known: Vec<(&str, i64)> = entries(list).collect();
        for (page, number) in &self.after {
            raise(&mut known, page, *number);
        }
        let newer = raise(&mut known, &self.page, self.number);
        known.truncate(PAGES);
        let list: Vec<String> = known.iter().map(|(page, number)| format!("{page}:{number}")).collect();
        (list.join(" "), newer)
    }
}

fn is_name(page: &str) -> bool {
    (1..=LONGEST).contains(&page.len()) && page.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn entries(list: &str) -> impl Iterator<Item = (&str, i64)> {
    list.split(' ').filter_map(|entry| {
        let (page, number) = entry.split_once(':')?;
        Some((page, number.parse().ok()?))
    })
}

/// Remembers the highest number of a page, at the front; whether this one is it.
fn raise<'a>(known: &mut Vec<(&'a str, i64)>, page: &'a str, number: i64) -> bool {
    let highest = known.iter().position(|(name, _)| *name == page).map_or(0, |at| known.remove(at).1);
    known.insert(0, (page, highest.max(number)));
    number > highest
}

#[cfg(test)]
mod tests {
    use super::{PAGES, Turn};

    fn turn(page: &str, number: i64, after: &str) -> Turn {
        Turn::new(page, number, after).unwrap()
    }

    #[test]
    fn each_is_taken_once_and_none_after_a_newer_one() {
        let (list, newer) = turn("a", 2, "").take("");
        assert_eq!((list.as_str(), newer), ("a:2", true));
        for older in [1, 2] {
            assert_eq!(turn("a", older, "").take(&list), (list.clone(), false));
        }
        let (list, newer) = turn("b", 1, "a:3 ak:1").take(&list);
        assert_eq!((list.as_str(), newer), ("b:1 ak:1 a:3", true));
        assert!(!turn("a", 3, "").take(&list).1 && !turn("ak", 1, "").take(&list).1, "contained in the other");
        assert!(turn("a", 4, "").take(&list).1, "that page lives on");
    }

    #[test]
    fn as_many_pages_as_fit_and_names_only() {
        let mut list = String::new();
        for number in 0..100 {
            list = turn(&format!("page{number}"), 1, "").take(&list).0;
        }
        assert_eq!(list.split(' ').count(), PAGES);
        assert!(list.starts_with("page99:1 page98:1 "), "{list}");
        for (page, number) in [("", 1), ("a b", 1), ("a:1", 1), ("a", 0), ("a", -1), (&*"a".repeat(41), 1)] {
            assert_eq!(Turn::new(page, number, ""), None, "{page}");
        }
        assert_eq!(turn("a", 1, "b:x c d:1:2 :3").take(""), ("a:1".to_owned(), true));
    }
}
