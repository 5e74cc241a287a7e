//! Pre-check findings in words.

use precheck::Finding;

/// What is wrong with a file and how to mend it, with the finding's details filled in.
pub fn finding_text(finding: &Finding) -> String {
    let mut key = finding.code.as_str().to_owned();
    if let ("hidden_content", Some(place)) = (key.as_str(), finding.detail("where")) {
        key = format!("hidden_content_{place}");
    }
    let template = crate::t::file::by_key(&key).unwrap_or(finding.code.as_str());
    fill(template, &finding.detail)
}

/// Puts details into a template; sizes and kinds in words that people use.
pub fn fill(template: &str, details: &[(String, String)]) -> String {
    details
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &in_words(name, value)))
}

fn in_words(name: &str, value: &str) -> String {
    match name {
        "max_bytes" | "bytes" => value.parse::<u64>().map_or_else(|_| value.to_owned(), size_text),
        "accepts" | "found" => value.to_uppercase().replace("JPEG", "JPG").replace(',', "、"),
        // Page numbers.
        "at" => value.replace(',', "、"),
        _ => value.to_owned(),
    }
}

/// A size as people read it: 820 KB, 3.4 MB.
pub fn size_text(bytes: u64) -> String {
    if bytes < 1 << 20 {
        return format!("{} KB", bytes.div_ceil(1024));
    }
    let tenths = (bytes * 10).div_ceil(1 << 20);
    if tenths.is_multiple_of(10) {
        format!("{} MB", tenths / 10)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

/// The same for the file slot component.
#[cfg(feature = "ssr")]
pub fn ui_finding(finding: &Finding) -> crate::ui::Finding {
    use crate::ui;
    use precheck::Level;
    let level = match finding.level {
        Level::MustFix => ui::FindingLevel::MustFix,
        Level::Advice => ui::FindingLevel::ShouldFix,
        Level::Note => ui::FindingLevel::Remark,
    };
    ui::Finding { level, text: finding_text(finding) }
}
