//! What the TOML reader says (English, for programmers), in words for those who write a matter.

/// One sentence for an error of the reader. `key` is the key of the line, where it has one; `at` is what the
/// reader points to; `is_toml` whether the file can be read as TOML at all.
pub(super) fn plain(message: &str, key: Option<&str>, at: &str, is_toml: bool) -> String {
    let (said, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let names = quoted(said);
    let name = names.first().copied().unwrap_or_default();
    if said.starts_with("unknown field ") {
        return format!("没有叫“{name}”的键，可能写错了。{}", choices(expected));
    }
    if said.starts_with("missing field ") {
        return format!("缺少“{name}”，这里一定要写。");
    }
    if said.starts_with("duplicate field ") || said.starts_with("duplicate key") {
        let name = if name.is_empty() { at.trim() } else { name };
        return format!("“{name}”写了两次，只能留一个。");
    }
    if said.starts_with("unknown variant ") {
        return format!("{}不能写成“{name}”。{}", subject(key), choices(expected));
    }
    if let Some(found) = said.strip_prefix("invalid type: ") {
        return format!("{}应该写{}，现在写的是{}。", subject(key), wanted(expected), given(found));
    }
    if let Some(found) = said.strip_prefix("invalid value: ") {
        return format!("{}的值不对：应该写{}，现在写的是{}。", subject(key), wanted(expected), given(found));
    }
    if said.starts_with("invalid length ") {
        return format!("{}的项数不对。", subject(key));
    }
    if is_toml {
        return format!("{}的值不对，请照着例子改。", subject(key));
    }
    syntax(said).to_owned()
}

/// The line's key, or the place itself.
fn subject(key: Option<&str>) -> String {
    key.map_or_else(|| "这里".to_owned(), |key| format!("“{key}”"))
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn choices(expected: &str) -> String {
    let names = quoted(expected);
    if names.is_empty() { String::new() } else { format!("可以写：{}。", names.join("、")) }
}

/// What the reader expected.
fn wanted(expected: &str) -> &'static str {
    let first = expected.split_whitespace().next().unwrap_or_default();
    match (expected, first) {
        ("a string" | "string" | "a borrowed string", _) => "文字，两头加引号",
        ("a boolean", _) => "true 或者 false",
        ("a sequence", _) | (_, "tuple") => "方括号里的几项",
        ("a map", _) | (_, "struct") => "一组要素",
        (_, "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize") => "整数",
        (_, "f32" | "f64") => "数",
        (_, "enum") => "规定的几种写法之一",
        _ => "别的内容",
    }
}

/// What the file has instead.
fn given(found: &str) -> String {
    let value = quoted(found).first().copied().unwrap_or_default();
    if let Some(text) = found.strip_prefix("string ") {
        return format!("文字“{}”", text.trim_matches('"'));
    }
    match found.split_whitespace().next().unwrap_or_default() {
        "integer" | "floating" => format!("数 {value}"),
        "boolean" => value.to_owned(),
        "map" => "一组要素".into(),
        "sequence" => "方括号里的几项".into(),
        _ => "别的内容".into(),
    }
}

/// Lines that are no TOML.
fn syntax(said: &str) -> &'static str {
    const CLASSES: [(&str, &str); 10] = [
        ("unclosed array", "方括号没有关上，少了“]”。"),
        ("unclosed inline table", "花括号没有关上，少了“}”。"),
        ("unclosed table", "标题的方括号没有关上，少了“]”。"),
        ("missing comma", "两项之间少了逗号。"),
        ("extra comma", "多了一个逗号。"),
        ("string values must be quoted", "文字要加引号。"),
        ("missing opening quote", "文字少了前面的引号。"),
        ("key with no value", "这一行只有键，没有等号和内容。"),
        ("missing value", "等号后面没有内容。"),
        ("invalid unquoted key", "键只能用字母、数字、下划线和连字符。"),
    ];
    let class = CLASSES.iter().find(|(start, _)| said.starts_with(start));
    class.map_or("这一行的写法读不懂，看看引号、括号、等号、逗号有没有写漏或者写多。", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::revisions::toml_file;

    /// What is said of the first error of a file.
    fn said(text: &str) -> String {
        toml_file::read(text).unwrap_err().first().map(|p| format!("{}：{}", p.place, p.text)).unwrap()
    }

    #[test]
    fn c3_every_usual_error_of_the_reader_is_a_chinese_sentence_with_its_name() {
        let table = [
            ("unknown field `handlr`, expected one of `slug`, `handler`", "没有叫“handlr”的键"),
            ("missing field `handler`", "缺少“handler”"),
            ("duplicate field `slug`", "“slug”写了两次"),
            ("unknown variant `sometime`, expected `immediate` or `promised`", "可以写：immediate、promised。"),
            ("invalid type: integer `3`, expected a string", "“title”应该写文字，两头加引号，现在写的是数 3。"),
            ("invalid type: string \"三\", expected u32", "“title”应该写整数，现在写的是文字“三”。"),
            ("invalid type: map, expected a sequence", "现在写的是一组要素。"),
            ("invalid value: integer `300`, expected u8", "“title”的值不对：应该写整数"),
            ("invalid length 1, expected tuple struct", "“title”的项数不对。"),
            ("what nobody has foreseen", "“title”的值不对，请照着例子改。"),
        ];
        for (message, words) in table {
            let text = plain(message, Some("title"), "", true);
            assert!(text.contains(words), "{message}: {text}");
        }
        assert_eq!(plain("duplicate key", None, "slug", false), "“slug”写了两次，只能留一个。");
        assert_eq!(plain("unclosed array, expected `]`", None, "", false), "方括号没有关上，少了“]”。");
        assert!(plain("unheard of", None, "", false).starts_with("这一行的写法读不懂"));
    }

    #[test]
    fn c3_a_file_is_told_in_words_with_its_line() {
        assert_eq!(said("slug = \"a\"\nslug = \"b\"\n"), "第 2 行：“slug”写了两次，只能留一个。");
        assert_eq!(
            said("slug = \"a\"\nhandlr = \"b\"\n").split('。').next().unwrap(),
            "第 2 行：没有叫“handlr”的键，可能写错了"
        );
        assert_eq!(said("slug = \"a\"\nversion = \"一\"\n"), "第 2 行：“version”应该写整数，现在写的是文字“一”。");
        assert!(said("slug = \"a\"\nversion\n").starts_with("第 2 行："));
        let problems = toml_file::read("slug = 3\n").unwrap_err();
        assert!(problems[0].raw.contains("expected a string"), "{problems:?}");
        assert!(problems.iter().all(|p| !p.text.contains("expected") && !p.text.contains("invalid")), "{problems:?}");
    }
}
