//! Text as people type it, and money.

use domain::{
    money::{Fen, MoneyError},
    text::{
        PersonName, Phone, TextError, digits_only_input, mask_id, mask_name, mask_phone, normalise, normalise_prose,
    },
};
use proptest::prelude::*;

#[test]
fn normalise_gives_one_spelling() {
    for (typed, kept) in [
        ("  Ａ１　（２） \t b\n", "A1 (2) b"),
        ("张\u{200B}三\u{202E}", "张三"),
        ("\u{FEFF}㺭㐂𠮷", "㺭㐂𠮷"),
        ("葛\u{E0100}城", "葛\u{E0100}城"),
        ("a\0b\u{7}c", "abc"),
        ("", ""),
        (" 　\u{A0} ", ""),
        ("～！，", "~!,"),
        ("。、《》", "。、《》"),
    ] {
        assert_eq!(normalise(typed), kept, "{typed:?}");
    }
    assert_eq!(normalise_prose("\n 你好，　世界（１） \r\n\n\n再见！\n"), "你好， 世界（1）\n\n再见！");
    assert_eq!(digits_only_input("验证码：１２３ ４-56。"), "123456");
}

#[test]
fn person_name_takes_every_name() {
    for (typed, kept) in [
        ("张三", "张三"),
        ("张　三", "张三"),
        (" 欧阳 修 ", "欧阳修"),
        ("刘〇", "刘〇"),
        ("㺭𠮷", "㺭𠮷"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提 • 吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("J. R. O'Brien-Smith", "J. R. O'Brien-Smith"),
        ("Иван Петров", "Иван Петров"),
        ("阿卜杜热合曼·阿卜杜热西提江·阿卜杜克里木", "阿卜杜热合曼·阿卜杜热西提江·阿卜杜克里木"),
        ("\u{E863}山", "\u{E863}山"),
    ] {
        assert_eq!(PersonName::parse(typed).unwrap().as_str(), kept, "{typed:?}");
    }
    assert!(PersonName::parse(&"𠮷".repeat(80)).is_ok());
    for (typed, code) in [
        ("", "name.empty"),
        ("　\u{200B}", "name.empty"),
        ("张3", "name.digit"),
        ("张３", "name.digit"),
        ("张*", "name.character"),
        ("<b>张", "name.character"),
        ("张\0三", "name.character"),
        ("张，三。", "name.character"),
        ("-", "name.character"),
        ("·张三", "name.dot"),
        ("买买提··吐尔逊", "name.dot"),
        ("买买提·", "name.dot"),
    ] {
        assert_eq!(PersonName::parse(typed).unwrap_err().code(), code, "{typed:?}");
    }
    assert_eq!(PersonName::parse(&"𠮷".repeat(81)), Err(TextError::NameLength));
}

#[test]
fn phone_takes_the_usual_spellings() {
    for typed in [
        "13812341234",
        "138 1234 1234",
        "138-1234-1234",
        "+86 13812341234",
        "(+86)138 1234 1234",
        "8613812341234",
        "0086-13812341234",
        "１３８１２３４１２３４",
    ] {
        assert_eq!(Phone::parse(typed).unwrap().as_str(), "13812341234", "{typed}");
    }
    for (typed, code) in [
        ("", "phone.length"),
        ("1381234123", "phone.length"),
        ("12812341234", "phone.prefix"),
        ("03812341234", "phone.prefix"),
        ("1381234123a", "phone.character"),
        ("138١2341234", "phone.character"),
    ] {
        assert_eq!(Phone::parse(typed).unwrap_err().code(), code, "{typed}");
    }
    assert_eq!(Phone::parse("13812341234").unwrap().last_four(), "1234");
}

#[test]
fn masks_hide_what_they_must() {
    assert_eq!(mask_phone("13812341234"), "138****1234");
    assert_eq!(mask_phone("087121234567"), "********4567");
    assert_eq!(mask_phone("12"), "*2");
    assert_eq!(mask_id("532901199001011234"), "5329**********1234");
    assert_eq!(mask_id("E12345678"), "E1*****78");
    assert_eq!(mask_id("1"), "*");
    assert_eq!(mask_name("张三"), "张*");
    assert_eq!(mask_name("欧阳修"), "欧**");
    assert_eq!(mask_name("𠮷田"), "𠮷*");
    assert_eq!(mask_name("买买提·吐尔逊"), "买**·***");
    assert_eq!(mask_name("张"), "*");
    let logged = format!("{:?} {:?}", Phone::parse("13812341234"), PersonName::parse("欧阳修"));
    assert_eq!(logged, "Ok(Phone(138****1234)) Ok(PersonName(欧**))");
}

#[test]
fn yuan_text_is_exact() {
    for (fen, text) in [
        (0, "0.00"),
        (5, "0.05"),
        (8000, "80.00"),
        (-1, "-0.01"),
        (12_345, "123.45"),
        (i64::MIN, "-92233720368547758.08"),
    ] {
        assert_eq!(Fen(fen).yuan_text(), text);
    }
    assert_eq!(Fen(8000).to_string(), "80.00 元");
    for (text, fen) in [
        ("80", 8000),
        ("80.5", 8050),
        ("￥80.00", 8000),
        ("¥ 0.01", 1),
        ("８０．００ 元", 8000),
        ("92233720368547758.07", i64::MAX),
    ] {
        assert_eq!(Fen::from_yuan_text(text), Ok(Fen(fen)), "{text}");
    }
    for text in ["", ".5", "5.", "1,000", "1.234", "abc", "1e3", "+5", "--5", "-x"] {
        assert_eq!(Fen::from_yuan_text(text), Err(MoneyError::Format), "{text}");
    }
    assert_eq!(Fen::from_yuan_text("-5").unwrap_err().code(), "money.negative");
    assert_eq!(Fen::from_yuan_text("92233720368547758.08").unwrap_err().code(), "money.overflow");
    assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
    assert_eq!(Fen(250).checked_mul(4), Some(Fen(1000)));
    assert_eq!([Fen(1), Fen(2)].iter().sum::<Fen>(), Fen(3));
    assert_eq!(Fen::checked_sum([Fen(i64::MAX), Fen(1)]), None);
    assert_eq!(serde_json::to_string(&Fen(5)).unwrap(), "5");
}

proptest! {
    #[test]
    fn yuan_text_comes_back(fen in 0..i64::MAX) {
        prop_assert_eq!(Fen::from_yuan_text(&Fen(fen).yuan_text()), Ok(Fen(fen)));
    }

    #[test]
    fn normalising_twice_changes_nothing(text in any::<String>()) {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once.clone());
        let prose = normalise_prose(&text);
        prop_assert_eq!(normalise_prose(&prose), prose.clone());
    }

    #[test]
    fn a_name_once_parsed_stays(text in "[张三买 ·・.ＡAb'\u{20000}-\u{2000f}]{0,20}") {
        if let Ok(name) = PersonName::parse(&text) {
            prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name.clone()));
            prop_assert_eq!(name.masked().chars().count(), name.as_str().chars().count());
        }
    }

    #[test]
    fn masks_keep_the_length(text in any::<String>()) {
        for masked in [mask_phone(&text), mask_id(&text), mask_name(&text)] {
            prop_assert_eq!(masked.chars().count(), text.chars().count());
        }
    }
}

#[test]
fn signers_are_people_and_firms_only_where_one_is_expected() {
    use domain::text::signer_name;
    assert_eq!(signer_name(" 王 建国", false).as_deref(), Ok("王建国"));
    assert_eq!(signer_name("示例（集团）１号公司", true).as_deref(), Ok("示例(集团)1号公司"));
    assert!(signer_name("示例（集团）１号公司", false).is_err());
    for bad in ["", "1", "12345", "<b>公司</b>", &"司1".repeat(60)] {
        assert!(signer_name(bad, true).is_err(), "{bad}");
    }
}
