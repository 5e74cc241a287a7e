//! Made-up people, a made-up firm and what they hold.

use super::{Holder, Licence};
use jiff::civil::{Date, date};

pub const IDENTITY_CARD: &str = "1100000000001366XA001";
const HOUSEHOLD_REGISTER: &str = "1100000000001366XA002";
const MARRIAGE_CERTIFICATE: &str = "1100000000001302XB001";
const BIRTH_CERTIFICATE: &str = "1100000000001391XC001";
const BUSINESS_LICENCE: &str = "1100000000001444XD001";
const REAL_ESTATE: &str = "1100000000001455XE001";
const DISABILITY_CARD: &str = "1100000000001466XF001";
const LOW_INCOME: &str = "1100000000001302XB002";

const ADDRESS: &str = "示例县城关镇示范路 8 号";

fn licence(
    type_code: &str,
    number: &str,
    issuer: &str,
    issued_on: Date,
    valid_until: Option<Date>,
    data: &[(&str, &str)],
) -> Licence {
    Licence {
        type_code: type_code.into(),
        licence_id: None,
        number: number.into(),
        issuer: issuer.into(),
        issued_on: Some(issued_on),
        valid_until,
        data: data.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
    }
}

fn identity_card(number: &str, data: &[(&str, &str)]) -> Licence {
    licence(IDENTITY_CARD, number, "示例县公安局", date(2020, 5, 6), Some(date(2040, 5, 6)), data)
}

/// A young mother, her husband, an old man, a firm.
pub fn holders() -> Vec<Holder> {
    vec![mother(), husband(), old_man(), firm()]
}

fn mother() -> Holder {
    let number = "539999199003070017";
    Holder {
        name: "陈秀兰".into(),
        number: number.into(),
        phone: "13900000001".into(),
        licences: vec![
            identity_card(
                number,
                &[
                    ("name", "陈秀兰"),
                    ("sex", "女"),
                    ("ethnicity", "汉族"),
                    ("birth_date", "1990-03-07"),
                    ("address", ADDRESS),
                ],
            ),
            licence(
                HOUSEHOLD_REGISTER,
                "5399990100123",
                "示例县公安局",
                date(2018, 10, 8),
                None,
                &[
                    ("household_number", "5399990100123"),
                    ("household_head", "赵志强"),
                    ("relation", "妻"),
                    ("address", ADDRESS),
                    ("members", "赵志强、陈秀兰"),
                ],
            ),
            licence(
                MARRIAGE_CERTIFICATE,
                "J539999-2018-000123",
                "示例县民政局",
                date(2018, 9, 1),
                None,
                &[("husband_name", "赵志强"), ("wife_name", "陈秀兰"), ("registered_on", "2018-09-01")],
            ),
            licence(
                BIRTH_CERTIFICATE,
                "Z539000001",
                "示例县人民医院",
                date(2026, 2, 12),
                None,
                &[
                    ("certificate_number", "Z539000001"),
                    ("child_name", "赵安安"),
                    ("child_sex", "女"),
                    ("birth_date", "2026-02-10"),
                    ("mother_name", "陈秀兰"),
                    ("father_name", "赵志强"),
                ],
            ),
            licence(
                REAL_ESTATE,
                "示（2019）示例县不动产权第0001234号",
                "示例县自然资源局",
                date(2019, 6, 3),
                None,
                &[
                    ("holder", "陈秀兰"),
                    ("unit_code", "539999001001GB00001F00010001"),
                    ("location", ADDRESS),
                    ("purpose", "住宅"),
                    ("area", "89.50 平方米"),
                ],
            ),
            // Run out: no slot may be filled with it.
            licence(
                DISABILITY_CARD,
                "53999919900307001744",
                "示例县残疾人联合会",
                date(2014, 3, 1),
                Some(date(2024, 2, 29)),
                &[("name", "陈秀兰"), ("category", "肢体"), ("grade", "四级")],
            ),
        ],
    }
}

fn husband() -> Holder {
    let number = "539999198805120026";
    Holder {
        name: "赵志强".into(),
        number: number.into(),
        phone: "13900000002".into(),
        licences: vec![identity_card(
            number,
            &[
                ("name", "赵志强"),
                ("sex", "男"),
                ("ethnicity", "汉族"),
                ("birth_date", "1988-05-12"),
                ("address", ADDRESS),
            ],
        )],
    }
}

fn old_man() -> Holder {
    let number = "539999194303120183";
    Holder {
        name: "王德福".into(),
        number: number.into(),
        phone: "13900000003".into(),
        licences: vec![
            identity_card(
                number,
                &[
                    ("name", "王德福"),
                    ("sex", "男"),
                    ("ethnicity", "汉族"),
                    ("birth_date", "1943-03-12"),
                    ("address", ADDRESS),
                ],
            ),
            licence(
                DISABILITY_CARD,
                "53999919430312018343",
                "示例县残疾人联合会",
                date(2022, 7, 1),
                Some(date(2032, 6, 30)),
                &[("name", "王德福"), ("category", "听力"), ("grade", "三级")],
            ),
            licence(
                LOW_INCOME,
                "DB53999900456",
                "示例县民政局",
                date(2026, 1, 1),
                Some(date(2036, 12, 31)),
                &[("name", "王德福"), ("household_number", "DB53999900456"), ("people", "1 人")],
            ),
        ],
    }
}

fn firm() -> Holder {
    let number = "91539999MA9999001Q";
    Holder {
        name: "示例县好味道餐饮有限公司".into(),
        number: number.into(),
        phone: "13900000001".into(),
        licences: vec![licence(
            BUSINESS_LICENCE,
            number,
            "示例县市场监督管理局",
            date(2025, 11, 3),
            None,
            &[
                ("name", "示例县好味道餐饮有限公司"),
                ("firm_type", "有限责任公司"),
                ("legal_representative", "陈秀兰"),
                ("address", "示例县城关镇示范路 66 号"),
                ("established_on", "2025-11-03"),
                ("scope", "餐饮服务"),
            ],
        )],
    }
}
