//! 告知承诺: the applicant promises to meet what the authority has told in full, instead of proving it
//! (国办发〔2020〕42号). Chosen freely, checked afterwards.

use crate::catalogue::PromiseTerms;
use std::fmt::Write;

impl PromiseTerms {
    /// The whole text that is shown, signed and kept word for word; a paragraph a line.
    pub fn text(&self, material: &str) -> String {
        let mut text = format!("一、告诉您什么\n{}\n", self.content.trim());
        let _ =
            writeln!(text, "这份承诺可以代替交“{material}”。选承诺还是交材料，由您自己定，两种办法办出来的结果一样。");
        text.push_str("二、要做到什么\n");
        for (number, requirement) in (1..).zip(&self.requirements) {
            let _ = writeln!(text, "{number}. {}", requirement.trim());
        }
        let _ = write!(
            text,
            "三、承诺不实要承担什么\n{}\n核查发现不实的，会记录下来；修复以前，不能再用承诺代替材料。\
             要不要撤销已经作出的决定，另外依法办理，会先听您的意见。\n\
             四、以后怎么核查\n作出决定后 {} 天内，我们核查一次。核查不收钱。\n\
             五、依据\n{}\n\
             六、我的承诺\n上面的内容我都看了、看懂了。我自愿承诺：第二条写的都已经做到，以后也一直做到。如果不实，我承担相应的责任。",
            self.liability.trim(),
            self.follow_up_days,
            self.basis.trim()
        );
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m5_the_text_holds_everything_that_has_to_be_told() {
        let terms = PromiseTerms {
            title: "某某承诺书".into(),
            content: "开店要卫生".into(),
            requirements: vec!["有消毒柜".into(), "有通风口".into()],
            liability: "撤销许可证".into(),
            basis: "某某条例".into(),
            immediate: true,
            follow_up_days: 30,
        };
        let text = terms.text("检测报告");
        for part in
            ["开店要卫生", "“检测报告”", "1. 有消毒柜", "2. 有通风口", "撤销许可证", "30 天内", "某某条例", "自愿"]
        {
            assert!(text.contains(part), "{part} is missing from:\n{text}");
        }
    }
}
