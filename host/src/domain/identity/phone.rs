//! Phone numbers as people write and paste them, in one spelling.

use phonenumber::{Mode, country, metadata::DATABASE};

use super::Wrong;

/// No spelling of one number is longer than this many characters; E.164 itself has 15 digits.
const LONGEST: usize = 60;
/// An extension has at most so many digits.
const LONGEST_EXTENSION: usize = 11;

/// What stands between a number and its extension, in lower case; longer words before those that they begin with.
const EXTENSIONS: [&str; 22] = [
    ";ext=",
    "extension",
    "extn",
    "ext",
    "转分机",
    "轉分機",
    "分机号",
    "分机",
    "分機",
    "转接",
    "转",
    "轉接",
    "轉",
    "内线",
    "內線",
    "доб",
    "durchwahl",
    "poste",
    "int.",
    "#",
    "x",
    ",",
];
/// What people put before a number.
const LABELS: [&str; 20] = [
    "tel",
    "telephone",
    "phone",
    "mobile",
    "mob",
    "cell",
    "call",
    "电话",
    "電話",
    "手机",
    "手機",
    "手机号",
    "手机号码",
    "联系电话",
    "电话号码",
    "座机",
    "tlf",
    "whatsapp",
    "微信",
    "☎",
];

/// The number in E.164; an extension follows as RFC 3966 has it: `+861065529988;ext=123`. A national number is read as
/// one of `region`.
pub(super) fn normalize(value: &str, region: &str) -> Result<String, Wrong> {
    const WRITE: &str = "write it with the country code, as in +86 138 0013 8000";
    let Ok(region) = region.to_ascii_uppercase().parse::<country::Id>() else {
        return Err((
            "came with a country that doesn't exist",
            "name the country by its two letters (ISO 3166), such as CN",
        ));
    };
    let typed = plain(value);
    if typed.chars().count() > LONGEST {
        return Err(("is too long for a phone number", "give one number alone, without other text"));
    }
    let (number, extension) = parted(&typed);
    let digits = digits(&number).ok_or((
        "has signs that no phone number has",
        "use digits, spaces, dots, hyphens, brackets and a leading +; an extension follows as in ext. 12",
    ))?;
    if digits.trim_start_matches('+').is_empty() {
        return Err(("has no digits", WRITE));
    }
    let with = |number: String, extension: &str| match extension {
        "" => number,
        extension => format!("{number};ext={extension}"),
    };
    match understood(&digits, region) {
        Ok(number) => Ok(with(number, &extension)),
        Err(wrong) => {
            // Switchboards are written with a hyphen before the extension: 0571-88888888-8001.
            let (main, last) = number.rsplit_once('-').filter(|_| extension.is_empty()).ok_or(wrong)?;
            let is_extension =
                (1..=6).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_digit());
            let main = self::digits(main).filter(|_| is_extension && main.contains('-')).ok_or(wrong)?;
            understood(&main, region).map(|number| with(number, last)).map_err(|_| wrong)
        }
    }
}

/// A number as it was typed, in plain characters: digits of any script, and without what can't be seen.
pub(super) fn plain(value: &str) -> String {
    let plain: String = value.chars().filter(|c| !is_invisible(*c)).map(plain_char).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What comes along when a number is copied from a contact card or a message: direction marks, joiners, variation
/// selectors, the box of a keycap.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}'
    ) || c.is_control() && !c.is_whitespace()
}

fn plain_char(c: char) -> char {
    /// The zero of each script whose digits stand in a row.
    const ZEROS: [u32; 20] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0xf20, 0x1040, 0x17e0, 0x1810, 0x1d7ce, 0x1d7d8,
    ];
    match c {
        // Full-width signs stand at a fixed distance from the ASCII ones.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{fe62}' | '\u{207a}' => '+',
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{30fc}' => '-',
        _ if c.is_whitespace() => ' ',
        _ if c.is_ascii() => c,
        _ => {
            let code = u32::from(c);
            let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code));
            zero.and_then(|zero| char::from_digit(code - zero, 10)).unwrap_or(c)
        }
    }
}

/// The number and the digits of its extension, without what people put before.
fn parted(typed: &str) -> (String, String) {
    let lower = typed.to_lowercase();
    let mut number = unlabelled(&lower);
    // RFC 3966: tel:65529988;phone-context=+8610;ext=12
    let mut context = String::new();
    if let Some((before, after)) = number.split_once(";phone-context=") {
        let (of, rest) = after.split_at(after.find(';').unwrap_or(after.len()));
        if of.starts_with('+') && !before.starts_with('+') {
            context = of.to_owned();
        }
        number = format!("{before}{rest}");
    }
    let is_number = |text: &str| text.bytes().filter(u8::is_ascii_digit).count() >= 5;
    for mark in EXTENSIONS {
        let Some((before, after)) = number.split_once(mark) else { continue };
        let after = after.trim_matches([' ', '.', ':', '=', '-', ')', '号', '分', '机']);
        let is_extension =
            (1..=LONGEST_EXTENSION).contains(&after.len()) && after.bytes().all(|byte| byte.is_ascii_digit());
        if is_extension && is_number(&format!("{context}{before}")) {
            return (
                format!("{context}{}", before.trim_end_matches([' ', '(', '-', '.', ','])),
                after.to_owned(),
            );
        }
    }
    (format!("{context}{number}"), String::new())
}

/// Without `tel:`, `电话：` and the like.
fn unlabelled(typed: &str) -> String {
    let start = typed.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '(')).unwrap_or(0);
    let label = typed[..start].trim_matches(|c: char| c == ' ' || c == '.' || c == ':' || c == '/');
    let is_label = LABELS.contains(&label) || !label.is_empty() && !label.contains(char::is_alphanumeric);
    if is_label { typed[start..].to_owned() } else { typed.to_owned() }
}

/// The digits and a leading `+`; none when there is anything else but separators.
fn digits(number: &str) -> Option<String> {
    // `+49 (0)30 ...`: the zero is for calls within the country.
    let number = number.trim();
    let abroad = number.starts_with(['+', '(']) && number.contains('+') || number.starts_with("00");
    let number = if abroad { number.replace("(0)", "") } else { number.to_owned() };
    let mut digits = String::with_capacity(number.len());
    for c in number.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            '-' | '.' | '(' | ')' | '/' | '[' | ']' | '_' | '~' | ' ' | '·' | '•' | '・' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// The number in E.164: as it stands, else with what people leave in or out mended.
fn understood(digits: &str, region: country::Id) -> Result<String, Wrong> {
    let first = read(digits, region);
    if first.is_ok() {
        return first;
    }
    let mended = mended(digits);
    mended.iter().find_map(|candidate| read(candidate, region).ok()).map_or(first, Ok)
}

/// What a number may have been meant as that is none as it stands.
fn mended(digits: &str) -> Vec<String> {
    let plain = digits.trim_start_matches('+');
    let abroad = match (digits.starts_with('+'), plain.strip_prefix("00")) {
        (true, _) => plain,
        (false, Some(rest)) => rest,
        // A country code without `+`: never of what is short enough to be a number of the region with a digit missing.
        (false, None) if plain.len() > 10 => plain,
        (false, None) => return Vec::new(),
    };
    if abroad.len() < 8 || abroad.starts_with('0') {
        return Vec::new();
    }
    let mut candidates = vec![format!("+{abroad}")];
    for length in 1..=3 {
        let (code, rest) = abroad.split_at(length);
        // The zero for calls within the country, kept behind the country's code.
        if let Some(rest) = rest.strip_prefix('0') {
            candidates.push(format!("+{code}{rest}"));
        }
        // The country's code twice: typed into a field that has it already.
        if rest.starts_with(code) {
            candidates.push(format!("+{rest}"));
        }
    }
    // Numbers of mobiles as they were: Mexico's had a 1 until 2019, and Brazil's no 9 before their eight digits until
    // 2016. Messengers know people by them still.
    if let Some(rest) = abroad.strip_prefix("521").filter(|rest| rest.len() == 10) {
        candidates.push(format!("+52{rest}"));
    }
    if let Some(rest) = abroad.strip_prefix("55").filter(|rest| rest.len() == 10) {
        let (area, number) = rest.split_at(2);
        candidates.push(format!("+55{area}9{number}"));
    }
    if digits.starts_with('+') {
        candidates.push(plain.to_owned());
    }
    candidates
}

fn read(digits: &str, region: country::Id) -> Result<String, Wrong> {
    let unreadable =
        ("can't be read as a phone number", "write it with the country code, as in +86 138 0013 8000");
    // The parser strips the trunk prefix of the region it is given even from numbers of other countries, which
    // breaks those that begin with 0 by right (Italy), so international numbers are read without a region.
    let abroad = if digits.starts_with('+') {
        digits.to_owned()
    } else {
        let number = phonenumber::parse(Some(region), digits).map_err(|_| unreadable)?;
        match number.code().source() {
            country::Source::Idd => {
                let code = number.code().value().to_string();
                format!("+{}", digits.find(&code).map_or("", |at| &digits[at..]))
            }
            _ => number.format().mode(Mode::E164).to_string(),
        }
    };
    let number = phonenumber::parse(None, &abroad).map_err(|_| unreadable)?;
    if !number.is_valid_with(&DATABASE) {
        return Err((
            "is no number of its country",
            "check the digits; a number from abroad needs its country code",
        ));
    }
    Ok(number.format().mode(Mode::E164).to_string())
}

#[cfg(test)]
mod tests {
    fn of(value: &str) -> Result<String, String> {
        super::super::normalize("phone", value, None).map_err(|fault| fault.to_string())
    }

    #[test]
    fn phones_have_one_spelling() {
        for written in [
            "138 0013 8000",
            "13800138000",
            "+86 138 0013 8000",
            "+86-138-0013-8000",
            "0086 13800138000",
            "8613800138000",
            "(+86) 138.0013.8000",
            "１３８００１３８０００",
            "＋８６　１３８－００１３－８０００",
            "\u{202a}+86\u{a0}138 0013 8000\u{202c}",
            "\u{202a}138\u{200b}0013\u{200b}8000\u{202c}",
            "138\u{2011}0013\u{2011}8000",
            "+86\u{2007}138\u{2007}0013\u{2007}8000",
            "1\u{fe0f}\u{20e3}38 0013 8000\u{fe0d}",
            "١٣٨٠٠١٣٨٠٠٠",
            "۱۳۸ ۰۰۱۳ ۸۰۰۰",
            "१३८००१३८०००",
            "tel:+86-138-0013-8000",
            "TEL: 13800138000",
            "手机：138 0013 8000",
            "☎ 138 0013 8000",
            "+86 (0)138 0013 8000",
            "+86 0138 0013 8000",
            "+86 8613800138000",
            "+868613800138000",
            "+13800138000",
        ] {
            assert_eq!(of(written).as_deref(), Ok("+8613800138000"), "{written}");
        }
        for (written, number) in [
            ("010-6552 9988", "+861065529988"),
            ("+86 010 6552 9988", "+861065529988"),
            ("+1 650 253 0000", "+16502530000"),
            ("+852 2123 4567", "+85221234567"),
            ("+49 (0)30 901820", "+4930901820"),
            ("+49 (0) 30 901820", "+4930901820"),
            ("0049 (0)30 901820", "+4930901820"),
            ("+49 030 901820", "+4930901820"),
            ("+44 (0)20 7946 0018", "+442079460018"),
            ("4930901820123", "+4930901820123"),
            ("+39 02 3661 8300", "+390236618300"),
            ("+521 55 1234 5678", "+525512345678"),
            ("5215512345678", "+525512345678"),
            ("+52 55 1234 5678", "+525512345678"),
            ("+55 41 8888 7777", "+5541988887777"),
            ("554188887777", "+5541988887777"),
            ("+55 41 3322 1100", "+554133221100"),
        ] {
            assert_eq!(of(written).as_deref(), Ok(number), "{written}");
        }
        assert_eq!(super::normalize("030 901820", "de").as_deref(), Ok("+4930901820"));
    }

    #[test]
    fn an_extension_is_kept() {
        for written in [
            "010-65529988转123",
            "010-65529988 转 123",
            "(010) 65529988 分机123",
            "010-65529988转分机 123 号",
            "010-65529988 ext. 123",
            "+86 10 6552 9988 ext 123",
            "+86 10 6552 9988 x123",
            "+86 10 6552 9988, 123",
            "+86 10 6552 9988 #123",
            "010-65529988-123",
            "０１０－６５５２９９８８转１２３",
            "tel:+86-10-6552-9988;ext=123",
            "tel:65529988;phone-context=+8610;ext=123",
            "+861065529988;ext=123",
        ] {
            assert_eq!(of(written).as_deref(), Ok("+861065529988;ext=123"), "{written}");
        }
        assert_eq!(of("+8613800138000 ext. 5").as_deref(), Ok("+8613800138000;ext=5"));
    }

    #[test]
    fn what_is_no_phone_number_is_refused_with_a_remedy() {
        for written in [
            "",
            "+",
            "138001380001",
            "1380013800",
            "12345",
            "65529988",
            "1380013800013800138000",
            "13800138000 / 13900139000",
            "ext. 12",
            "call me",
            "+8613800138000 after six",
        ] {
            let fault = of(written).unwrap_err();
            assert!(fault.starts_with("the phone "), "{written}: {fault}");
        }
        assert!(
            super::super::normalize("phone", "13800138000", Some("XX"))
                .unwrap_err()
                .to_string()
                .contains("ISO 3166")
        );
    }

    #[test]
    fn a_normal_phone_stays_as_it_is() {
        for number in
            ["+8613800138000", "+861065529988;ext=8001", "+16502530000", "+390236618300", "+4930901820"]
        {
            assert_eq!(of(number).as_deref(), Ok(number));
        }
    }
}
