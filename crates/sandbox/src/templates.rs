//! The message templates (短信模板) that the carrier of this sandbox has approved.

use std::collections::BTreeMap;

/// One approved text; `${name}` stands for a parameter.
pub struct Template {
    /// The portal's own name for it.
    pub name: &'static str,
    /// 短信模板 CODE.
    pub code: &'static str,
    pub text: &'static str,
    /// Whether its parameter `code` proves possession of the phone (验证码类).
    pub verification: bool,
}

pub const TEMPLATES: &[Template] = &[
    Template {
        name: "sign_in_code",
        code: "SMS_200000001",
        text: "验证码${code}，${minutes}分钟内有效。工作人员不会向您索要验证码，请勿告诉他人。",
        verification: true,
    },
    Template {
        name: "case_changed", code: "SMS_200000002", text: "${text}（查询码${code}）", verification: false
    },
    Template {
        name: "party_invited",
        code: "SMS_200000003",
        text: "有一件“${matter}”请您确认，请打开 ${link} 查看。如与您无关，请不要理会。",
        verification: false,
    },
    Template {
        name: "draft_expiring",
        code: "SMS_200000004",
        text: "您的草稿“${matter}”还没有提交，到${date}会自动删除。想接着办，请登录后在“办件”里打开。",
        verification: false,
    },
];

/// What `client.json` tells the server.
pub fn codes_by_name() -> BTreeMap<&'static str, &'static str> {
    TEMPLATES.iter().map(|template| (template.name, template.code)).collect()
}

pub fn find(code: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.code == code)
}

impl Template {
    /// The text with its parameters filled in, or the name of one that is missing. Parameters
    /// that the text does not name are ignored, as the carrier does.
    pub fn render(&self, params: &BTreeMap<String, String>) -> Result<String, String> {
        let mut rendered = String::new();
        let mut rest = self.text;
        while let Some((before, tail)) = rest.split_once("${") {
            let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
            let value = params.get(name).ok_or_else(|| name.to_owned())?;
            rendered.push_str(before);
            rendered.push_str(value);
            rest = after;
        }
        rendered.push_str(rest);
        Ok(rendered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_never_taken_for_placeholders() {
        let params = BTreeMap::from([("text".to_owned(), "${code}".to_owned()), ("code".to_owned(), "K7".to_owned())]);
        let template = find("SMS_200000002").unwrap();
        assert_eq!(template.render(&params).unwrap(), "${code}（查询码K7）");
        assert_eq!(template.render(&BTreeMap::new()).unwrap_err(), "text");
    }
}
