//! A field in brief, as it travels in an attribute of the page: only what its check looks at.
//! A line of text instead of JSON: reading JSON into typed values would double what is downloaded.

use domain::form::{Choice, FieldKind, FieldSpec};

/// One line per field: name, label, kind, and the kind's numbers, with tabs between.
#[cfg(feature = "ssr")]
pub(super) fn write<'a>(fields: impl Iterator<Item = &'a FieldSpec>) -> String {
    let line = |f: &FieldSpec| {
        let kind = match &f.kind {
            FieldKind::Text { max } => format!("text\t{max}"),
            FieldKind::LongText { max } => format!("long_text\t{max}"),
            FieldKind::PersonName => "person_name".into(),
            FieldKind::Phone => "phone".into(),
            FieldKind::ResidentId => "resident_id".into(),
            FieldKind::Uscc => "uscc".into(),
            FieldKind::BirthCertificate => "birth_certificate".into(),
            FieldKind::RealEstateUnit => "real_estate_unit".into(),
            FieldKind::Date { not_future, not_past } => {
                format!("date\t{}\t{}", u8::from(*not_future), u8::from(*not_past))
            }
            FieldKind::Choice { options } => {
                let values: Vec<&str> = options.iter().map(|o| o.value.as_str()).collect();
                format!("choice\t{}", values.join("\t"))
            }
            FieldKind::Number { min, max, .. } => format!("number\t{min}\t{max}"),
            FieldKind::Money { max_fen } => format!("money\t{max_fen}"),
        };
        let optional = if f.optional { "?" } else { "!" };
        format!("{}\t{}\t{optional}\t{kind}", f.name, f.label.replace(['\t', '\n'], " "))
    };
    fields.map(line).collect::<Vec<_>>().join("\n")
}

/// The fields of [`write`]; lines that cannot be read are left to the server's check.
pub(super) fn read(text: &str) -> Vec<FieldSpec> {
    text.split('\n').filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<FieldSpec> {
    let mut parts = line.split('\t');
    let (name, label, optional, kind) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let mut number = || parts.next().and_then(|n| n.parse::<i64>().ok());
    let kind = match kind {
        "text" => FieldKind::Text { max: u32::try_from(number()?).ok()? },
        "long_text" => FieldKind::LongText { max: u32::try_from(number()?).ok()? },
        "person_name" => FieldKind::PersonName,
        "phone" => FieldKind::Phone,
        "resident_id" => FieldKind::ResidentId,
        "uscc" => FieldKind::Uscc,
        "birth_certificate" => FieldKind::BirthCertificate,
        "real_estate_unit" => FieldKind::RealEstateUnit,
        "date" => FieldKind::Date { not_future: number()? == 1, not_past: number()? == 1 },
        "choice" => FieldKind::Choice { options: parts.map(option).collect() },
        "number" => FieldKind::Number { min: number()?, max: number()?, unit: String::new() },
        "money" => FieldKind::Money { max_fen: number()? },
        _ => return None,
    };
    Some(FieldSpec {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: None,
        example: None,
        kind,
        optional: optional == "?",
        when: None,
        autocomplete: None,
    })
}

fn option(value: &str) -> Choice {
    Choice { value: value.to_owned(), label: String::new(), hint: None }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{read, write};
    use domain::form::{CheckContext, FieldSpec};
    use jiff::civil::date;

    fn spec(kind: &str) -> FieldSpec {
        serde_json::from_str(&format!(r#"{{"name":"f","label":"字段","kind":{kind},"optional":true}}"#)).expect("valid")
    }

    #[test]
    fn the_browser_judges_as_the_server_does() {
        let kinds = [
            r#"{"text":{"max":4}}"#,
            r#"{"long_text":{"max":4}}"#,
            r#""person_name""#,
            r#""phone""#,
            r#""resident_id""#,
            r#""uscc""#,
            r#""birth_certificate""#,
            r#""real_estate_unit""#,
            r#"{"date":{"not_future":true,"not_past":false}}"#,
            r#"{"date":{"not_future":false,"not_past":true}}"#,
            r#"{"choice":{"options":[{"value":"a","label":"A"},{"value":"b","label":"B"}]}}"#,
            r#"{"number":{"min":-3,"max":20,"unit":"人"}}"#,
            r#"{"money":{"max_fen":100000}}"#,
        ];
        let values = [
            "",
            "a",
            "c",
            "12345",
            "13800138000",
            "2026-11-21",
            "2026-11-23",
            "-4",
            "20",
            "1000.01",
            "张三",
            "P530000001",
        ];
        let fields: Vec<FieldSpec> = kinds.iter().map(|k| spec(k)).collect();
        let copies = read(&write(fields.iter()));
        assert_eq!(copies.len(), fields.len());
        let context = CheckContext { today: date(2026, 11, 22) };
        for (field, copy) in fields.iter().zip(&copies) {
            assert_eq!((&copy.name, &copy.label, copy.optional), (&field.name, &field.label, field.optional));
            for value in values {
                assert_eq!(copy.check(value, context), field.check(value, context), "{field:?} {value}");
            }
        }
    }
}
