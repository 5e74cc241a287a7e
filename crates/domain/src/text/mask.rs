//! What may be shown of personal data where the whole is not needed.

/// `138****1234`: the first three and the last four; a number of another length shows its last four at most.
pub fn mask_phone(phone: &str) -> String {
    let length = phone.chars().count();
    match length {
        11 => mask(phone, 3, 4),
        8.. => mask(phone, 0, 4),
        _ => mask(phone, 0, length.min(2) / 2),
    }
}

/// `5329**********1234`: first and last four of 15 and more characters, first and last two of 8–14 (passports
/// and permits), the last one of fewer.
pub fn mask_id(number: &str) -> String {
    match number.chars().count() {
        15.. => mask(number, 4, 4),
        8..=14 => mask(number, 2, 2),
        2..=7 => mask(number, 0, 1),
        _ => mask(number, 0, 0),
    }
}

/// 张\*, 欧\*\*: the first character stays, so do dots and spaces, every other becomes `*`; a name of one
/// character is hidden whole.
pub fn mask_name(name: &str) -> String {
    if name.chars().count() < 2 {
        return mask(name, 0, 0);
    }
    name.chars().enumerate().map(|(at, c)| if at == 0 || c == '·' || c == ' ' { c } else { '*' }).collect()
}

fn mask(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    text.chars().enumerate().map(|(at, c)| if at < head || at + tail >= length { c } else { '*' }).collect()
}
