//! File names from strangers' devices.

/// Longest name kept, in characters.
const MAX_CHARS: usize = 100;
/// Longest extension kept, in characters, without the dot.
const MAX_EXT_CHARS: usize = 10;

/// Makes a name harmless to show, to store and to offer for download.
///
/// Strips folders (both kinds of slash), control characters, NUL, bidirectional overrides and
/// other invisible characters that make `gpj.exe` look like `exe.jpg`, and the characters Windows
/// forbids. Keeps Chinese of every plane including private-use and variation selectors, which rare
/// personal names need. At most 100 characters, the extension survives; never empty. Applying it
/// twice changes nothing more.
pub fn safe_name(raw: &str) -> String {
    let mut kept = String::new();
    for part in raw.split(['/', '\\']) {
        let cleaned: String = part.chars().filter(|c| !is_dropped(*c)).collect();
        if !cleaned.trim_matches(is_edge).is_empty() {
            kept = cleaned;
        }
    }
    let (stem, ext) = split(&kept);
    let ext: String = ext.chars().filter(char::is_ascii_alphanumeric).take(MAX_EXT_CHARS).collect();
    // One character is kept for the underscore before a device name.
    let room = MAX_CHARS - 1 - if ext.is_empty() { 0 } else { ext.len() + 1 };
    let cut: String = stem.trim_matches(is_edge).chars().take(room).collect();
    let mut name = cut.trim_matches(is_edge).to_owned();
    if name.is_empty() {
        name.push_str("file");
    }
    if is_device(&name) {
        name.insert(0, '_');
    }
    if !ext.is_empty() {
        name.push('.');
        name.push_str(&ext);
    }
    name
}

/// The extension in ASCII lower case, if the name has a plausible one.
pub(crate) fn extension(name: &str) -> Option<String> {
    let (_, ext) = split(name.trim());
    (!ext.is_empty()).then(|| ext.to_ascii_lowercase())
}

/// Splits at the last dot when what follows can be an extension.
fn split(name: &str) -> (&str, &str) {
    let name = name.trim_end_matches(is_edge);
    match name.rsplit_once('.') {
        Some((stem, ext))
            if !ext.is_empty()
                && ext.len() <= MAX_EXT_CHARS
                && ext.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            (stem, ext)
        }
        _ => (name, ""),
    }
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || c == '.'
}

fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{E0000}'..='\u{E007F}')
}

/// Names that Windows takes for devices whatever their extension.
fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end();
    let upper = first.to_ascii_uppercase();
    let numbered = upper.len() == 4
        && (upper.starts_with("COM") || upper.starts_with("LPT"))
        && upper.ends_with(|c: char| c.is_ascii_digit());
    numbered || ["CON", "PRN", "AUX", "NUL"].contains(&upper.as_str())
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARS, extension, safe_name};
    use proptest::prelude::*;

    #[test]
    fn hostile_names_become_harmless() {
        let cases = [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\张三\\身份证.JPG", "身份证.JPG"),
            ("照片\u{202E}gpj.exe", "照片gpj.exe"),
            ("a\0b\r\n.pdf", "ab.pdf"),
            ("", "file"),
            ("..", "file"),
            (".pdf", "file.pdf"),
            ("/", "file"),
            ("con.pdf", "_con.pdf"),
            ("户口本.pdf ", "户口本.pdf"),
            ("𠮷田\u{E0100}㐂.png", "𠮷田\u{E0100}㐂.png"),
            ("<script>.jpg", "script.jpg"),
            ("a.b.c.pdf", "a.b.c.pdf"),
        ];
        for (raw, safe) in cases {
            assert_eq!(safe_name(raw), safe, "{raw:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = safe_name(&format!("{}.pdf", "很".repeat(300)));
        assert_eq!(name.chars().count(), MAX_CHARS - 1);
        assert!(name.ends_with("很.pdf"));
        assert_eq!(extension(&name).as_deref(), Some("pdf"));
    }

    proptest! {
        #[test]
        fn any_name_is_made_safe_once(raw in any::<String>()) {
            let name = safe_name(&raw);
            prop_assert!(!name.is_empty());
            prop_assert!(name.chars().count() <= MAX_CHARS);
            let harmful = name.contains(['/', '\\', '\0', '\u{202E}', ':']);
            prop_assert!(!harmful);
            prop_assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']));
            prop_assert_eq!(safe_name(&name), name);
        }
    }
}
