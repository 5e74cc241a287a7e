//! The synchronous answer: its signature covers the text of one member exactly as it is written.

use serde::de::IgnoredAny;

/// What of an answer is signed, and the signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed<'a> {
    /// Text of `…_response`, or of `error_response` when the gateway itself refused.
    pub response: &'a str,
    pub sign: Option<&'a str>,
}

/// Takes the answer to `method` apart; `None` when it is not one.
pub(super) fn split<'a>(text: &'a str, method: &str) -> Option<Signed<'a>> {
    let members = members(text)?;
    let of = |wanted: &str| members.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let own = format!("{}_response", method.replace('.', "_"));
    let response = of(&own).or_else(|| of("error_response"))?;
    // Base64 holds nothing that JSON writes in two ways, but for the slash.
    let sign = of("sign").map(|value| value.trim_matches('"'));
    Some(Signed { response, sign })
}

/// Names and values of the outermost object, as they are written. `None` when `text` is not one JSON object, or when
/// it says one thing twice: then it is not certain which of the two was signed.
fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim_start();
    let mut found: Vec<(&str, &str)> = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_at(value_end(rest)?);
        let name = name.strip_prefix('"')?.strip_suffix('"')?;
        let after = after.trim_start().strip_prefix(':')?.trim_start();
        let (value, after) = after.split_at(value_end(after)?);
        if found.iter().any(|(known, _)| *known == name) {
            return None;
        }
        found.push((name, value.trim_end()));
        rest = after.trim_start();
        if let Some(next) = rest.strip_prefix(',') {
            rest = next.trim_start();
        }
    }
    Some(found)
}

/// Where the first value of `text`, which is known to be JSON, ends.
fn value_end(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    in_string = false;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHOD: &str = "alipay.trade.query";

    #[test]
    fn d5_the_signed_text_is_the_answer_as_it_is_written() {
        let text = r#" {"alipay_trade_query_response" : {"code":"10000", "qr":"https:\/\/x?a=}\"{" ,"l":[{"x":1}]} ,"n":-1.5e3,"sign":"ab+/="}"#;
        let signed = split(text, METHOD).unwrap();
        assert_eq!(signed.response, r#"{"code":"10000", "qr":"https:\/\/x?a=}\"{" ,"l":[{"x":1}]}"#);
        assert_eq!(signed.sign, Some("ab+/="));
    }

    #[test]
    fn d5_the_gateway_s_own_refusals_are_found_and_others_answers_are_not() {
        let text = r#"{"error_response":{"code":"40002"}}"#;
        assert_eq!(split(text, METHOD), Some(Signed { response: r#"{"code":"40002"}"#, sign: None }));
        assert_eq!(split(r#"{"alipay_trade_close_response":{},"sign":"x"}"#, METHOD), None);
    }

    #[test]
    fn d5_what_could_be_read_in_two_ways_is_not_read() {
        for text in [
            "",
            "[]",
            "null",
            "{",
            r#"{"alipay_trade_query_response":{}}x"#,
            r#"{"alipay_trade_query_response":{},"alipay_trade_query_response":{"code":"10000"},"sign":"x"}"#,
        ] {
            assert_eq!(split(text, METHOD), None, "{text}");
        }
        // A member inside of another one, or inside of a text, is not the answer.
        let text = r#"{"x":"\"alipay_trade_query_response\":{}","y":{"alipay_trade_query_response":{}},"sign":"x"}"#;
        assert_eq!(split(text, METHOD), None);
    }
}
