//! Bytes to text: by the character set that a mail names where the bytes fit it, else by what they look like.

mod detection;
mod seven_bit;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, REPLACEMENT, SHIFT_JIS, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

use detection::{
    first_named, guess, guess_single_byte, has_escape, is_accented, is_strange, nearly_utf8, region_named,
};

/// So many bytes are looked at to find out a character set.
const SAMPLE: usize = 256 << 10;
/// A guess from fewer bytes outside ASCII than this is doubtful.
const FEW: usize = 8;
/// The same where the guess is one of two-byte characters: short texts in Cyrillic look like Chinese.
const FEW_IN_PAIRS: usize = 24;

/// How a mail's bytes become text.
pub struct Charsets<'a> {
    /// What is likely: the country of a character set that the mail names, else the company's, as a top-level domain.
    region: &'a [u8],
    /// The mail's first bytes, how many of them are outside ASCII, and what they look like.
    sample: &'a [u8],
    outside_ascii: usize,
    guess: OnceCell<&'static Encoding>,
    /// The first character set that the mail names, other than ASCII and UTF-8.
    named: Option<&'static Encoding>,
    doubtful: Cell<bool>,
}

impl<'a> Charsets<'a> {
    /// For one mail. `region` is an ISO 3166 code in lower case.
    pub fn of(mail: &'a [u8], region: &'a str) -> Self {
        let sample = &mail[..mail.len().min(SAMPLE)];
        let is_code = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_lowercase());
        let region = if is_code { region.as_bytes() } else { b"com" };
        let region = region_named(sample).unwrap_or(region);
        Self {
            region,
            sample,
            outside_ascii: outside_ascii(sample),
            guess: OnceCell::new(),
            named: first_named(sample),
            doubtful: Cell::new(false),
        }
    }

    /// Whether anything was decoded that may not be what was written.
    pub fn is_doubtful(&self) -> bool {
        self.doubtful.get()
    }

    /// Decodes a text. `label` is the character set that it claims to have.
    pub fn decode<'t>(&self, bytes: &'t [u8], label: Option<&str>) -> Cow<'t, str> {
        if let Some((encoding, length)) = Encoding::for_bom(bytes) {
            let (text, errors) = encoding.decode_without_bom_handling(&bytes[length..]);
            self.doubt(errors);
            return text;
        }
        let label = label.map(|label| label.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
        let claimed = label.as_deref().map_or(Claim::None, claim);
        let is_plain = match claimed {
            Claim::None => true,
            Claim::Encoding(encoding) => encoding.is_ascii_compatible(),
            Claim::Other(_) => false,
        };
        if is_plain && bytes.is_ascii() {
            return match seven_bit::shifted_by(bytes) {
                Some(encoding) => self.shown(seven_bit::shifted(bytes, encoding)),
                None if has_escape(bytes) => self.guessed(bytes),
                None => String::from_utf8_lossy(bytes),
            };
        }
        match claimed {
            Claim::None => self.unnamed(bytes),
            Claim::Encoding(encoding) if encoding == UTF_8 => self.as_utf8(bytes),
            Claim::Encoding(encoding) if encoding == WINDOWS_1252 => self.as_latin(bytes),
            Claim::Encoding(encoding) => self.as_named(bytes, encoding),
            Claim::Other(decode) => match std::str::from_utf8(bytes) {
                Ok(text) if !text.is_ascii() => Cow::Borrowed(text),
                _ => self.shown(decode(bytes)),
            },
        }
    }

    /// A decoded text, which is doubtful where it has gaps.
    fn shown<'t>(&self, text: String) -> Cow<'t, str> {
        self.doubt(text.contains('\u{fffd}'));
        Cow::Owned(text)
    }

    fn doubt(&self, doubtful: bool) {
        if doubtful {
            self.doubtful.set(true);
        }
    }

    /// A text that names no character set.
    fn unnamed<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        if let Ok(text) = std::str::from_utf8(bytes)
            && !(self.reads_chinese() && is_strange(text) && fits(bytes, GB18030))
        {
            return Cow::Borrowed(text);
        }
        if let Some(text) = nearly_utf8(bytes).filter(|text| !is_strange(text)) {
            self.doubt(true);
            return Cow::Owned(text);
        }
        match self.named.filter(|encoding| fits(bytes, encoding)) {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
            None => self.guessed(bytes),
        }
    }

    fn as_utf8<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Cow::Borrowed(text);
        }
        if let Some(text) = nearly_utf8(bytes) {
            self.doubt(true);
            return Cow::Owned(text);
        }
        self.guessed(bytes)
    }

    /// ASCII and Latin-1 are what programs write that know no better: everything fits Latin-1.
    fn as_latin<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Cow::Borrowed(text);
        }
        let text = WINDOWS_1252.decode_without_bom_handling(bytes).0;
        let letters = bytes.iter().filter(|byte| !byte.is_ascii_whitespace()).count();
        let is_dense = outside_ascii(bytes) * 5 > letters * 2 && outside_ascii(bytes) > 3;
        let has_controls = text.contains(|c: char| ('\u{80}'..='\u{9f}').contains(&c));
        if is_dense || has_controls {
            let guess = self.guess(bytes);
            if guess != WINDOWS_1252 && fits(bytes, guess) {
                return self.guessed(bytes);
            }
            self.doubt(has_controls);
        }
        text
    }

    fn as_named<'t>(&self, bytes: &'t [u8], encoding: &'static Encoding) -> Cow<'t, str> {
        let (text, errors) = encoding.decode_without_bom_handling(bytes);
        let utf8 = std::str::from_utf8(bytes).ok();
        // Three bytes that fit UTF-8 are no accident; two may be.
        if let Some(utf8) = utf8
            && (encoding.is_single_byte() && !utf8.is_ascii()
                || errors
                || utf8.chars().any(|c| c >= '\u{800}'))
        {
            return Cow::Borrowed(utf8);
        }
        if !errors {
            return text;
        }
        let guess = self.guess(bytes);
        if guess != encoding && fits(bytes, guess) {
            self.doubt(true);
            return guess.decode_without_bom_handling(bytes).0;
        }
        self.doubt(true);
        text
    }

    fn guessed<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        let guess = self.guess(bytes);
        let (text, errors) = guess.decode_without_bom_handling(bytes);
        let seen = outside_ascii(bytes).max(self.outside_ascii);
        let few = if guess.is_single_byte() { FEW } else { FEW_IN_PAIRS };
        self.doubt(errors || !bytes.is_ascii() && seen < few);
        text
    }

    /// A mail is written in one character set, so that a short text is judged by the whole mail, unless its own bytes
    /// show what it is.
    fn guess(&self, bytes: &[u8]) -> &'static Encoding {
        let bytes = &bytes[..bytes.len().min(SAMPLE)];
        if is_accented(bytes) {
            return guess_single_byte(bytes);
        }
        let own = outside_ascii(bytes);
        let likely = if own < 64 && self.outside_ascii > own {
            self.guess.get_or_init(|| guess(self.sample, self.region))
        } else {
            guess(bytes, self.region)
        };
        // Nobody writes characters that every program draws as it likes.
        let text = likely.decode_without_bom_handling(bytes).0;
        let is_private = text.contains(|c: char| ('\u{e000}'..='\u{f8ff}').contains(&c));
        if is_private { guess_single_byte(bytes) } else { likely }
    }

    fn reads_chinese(&self) -> bool {
        [b"cn".as_slice(), b"sg", b"hk", b"mo", b"tw"].contains(&self.region)
    }
}

/// What a label stands for.
enum Claim {
    /// Nothing that is known.
    None,
    Encoding(&'static Encoding),
    /// What browsers don't read any more, and mails still do.
    Other(fn(&[u8]) -> String),
}

fn claim(label: &str) -> Claim {
    match label {
        "cp936" | "ms936" | "936" | "windows-936" | "euc-cn" | "x-euc-cn" | "gb_18030" | "gb" => {
            Claim::Encoding(GB18030)
        }
        "cp950" | "ms950" | "950" | "windows-950" => Claim::Encoding(BIG5),
        "cp932" | "932" => Claim::Encoding(SHIFT_JIS),
        "cp949" | "ms949" | "949" => Claim::Encoding(EUC_KR),
        "utf8mb4" | "utf_8" => Claim::Encoding(UTF_8),
        "hz-gb-2312" | "hz" => Claim::Other(seven_bit::hz),
        "iso-2022-kr" | "csiso2022kr" => Claim::Other(|bytes| seven_bit::shifted(bytes, EUC_KR)),
        "iso-2022-cn" | "iso-2022-cn-ext" => Claim::Other(|bytes| seven_bit::shifted(bytes, GB18030)),
        "utf-7"
        | "utf7"
        | "csutf7"
        | "unicode-1-1-utf-7"
        | "csunicode11utf7"
        | "unicode-2-0-utf-7"
        | "x-unicode-1-1-utf-7"
        | "x-unicode-2-0-utf-7" => Claim::Other(seven_bit::utf7),
        _ => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding == REPLACEMENT => {
                Claim::Other(|bytes| REPLACEMENT.decode_without_bom_handling(bytes).0.into_owned())
            }
            // GB2312 and GBK are what programs say; what they write is all of GB18030.
            Some(encoding) if encoding == encoding_rs::GBK => Claim::Encoding(GB18030),
            Some(encoding) => Claim::Encoding(encoding),
            None => charset_decoder(label.as_bytes()).map_or(Claim::None, Claim::Other),
        },
    }
}

fn fits(bytes: &[u8], encoding: &'static Encoding) -> bool {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some()
}

fn outside_ascii(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !byte.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], label: Option<&str>, region: &str) -> (String, bool) {
        let charsets = Charsets::of(bytes, region);
        let text = charsets.decode(bytes, label).into_owned();
        (text, charsets.is_doubtful())
    }

    fn in_charset(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn what_is_named_rightly_is_read_so() {
        for (text, label, encoding) in [
            ("净水器漏电", "gb2312", GB18030),
            ("型号㐂喆", "GBK", GB18030),
            ("請問水壺", "big5", BIG5),
            ("お問い合わせ", "Shift_JIS", SHIFT_JIS),
            ("Привет, мир", "koi8-r", encoding_rs::KOI8_R),
            ("Price € 40 – too much…", "iso-8859-1", WINDOWS_1252),
            ("It’s “new”", "us-ascii", WINDOWS_1252),
        ] {
            let (read, doubtful) = read(&in_charset(text, encoding), Some(label), "cn");
            assert_eq!((read.as_str(), doubtful), (text, false), "{label}");
        }
        assert_eq!(read(b"~{VPND~} ok", Some("hz-gb-2312"), "cn").0, "中文 ok");
        assert_eq!(read(b"\x1b$B$3$s\x1b(B", Some("iso-2022-jp"), "jp").0, "こん");
        for label in [Some("iso-2022-kr"), None, Some("us-ascii")] {
            let korean = b"\x1b$)C\x0e>H3gGO<<?d\x0f, ok";
            assert_eq!(read(korean, label, "cn"), ("안녕하세요, ok".into(), false), "{label:?}");
        }
    }

    #[test]
    fn utf8_is_utf8_whatever_seven_bit_character_set_it_is_called() {
        for label in ["iso-2022-cn", "iso-2022-kr", "iso-2022-jp", "hz-gb-2312", "utf-7", "cp850"] {
            assert_eq!(
                read("你好，净水器 + 漏电".as_bytes(), Some(label), "cn"),
                ("你好，净水器 + 漏电".into(), false),
                "{label}"
            );
        }
        assert_eq!(read(&in_charset("净水器", GB18030), Some("hz"), "cn").0, "净水器");
        assert_eq!(read(&in_charset("안녕하세요", EUC_KR), Some("iso-2022-kr"), "cn").0, "안녕하세요");
    }

    #[test]
    fn what_names_nothing_or_lies_is_read_by_its_bytes() {
        let long = "你好，我的净水器坏了，请尽快派人上门维修，谢谢。";
        for (bytes, label, region) in [
            (long.as_bytes().to_vec(), None, "cn"),
            (long.as_bytes().to_vec(), Some("gb2312"), "cn"),
            (long.as_bytes().to_vec(), Some("iso-8859-1"), "de"),
            (long.as_bytes().to_vec(), Some("us-ascii"), "us"),
            (long.as_bytes().to_vec(), Some("no-such-thing"), "us"),
            (in_charset(long, GB18030), None, "cn"),
            (in_charset(long, GB18030), Some("utf-8"), "cn"),
            (in_charset(long, GB18030), Some("iso-8859-1"), "cn"),
            (in_charset(long, GB18030), Some("us-ascii"), "cn"),
            (in_charset(long, GB18030), Some("x-unknown"), "cn"),
        ] {
            assert_eq!(read(&bytes, label, region), (long.to_owned(), false), "{label:?} {region}");
        }
        let russian = "Здравствуйте, чайник не работает, что делать?";
        let bytes = in_charset(russian, encoding_rs::WINDOWS_1251);
        assert_eq!(read(&bytes, None, "ru").0, russian);
        let western = "It’s too expensive: 40 € for a “new” kettle – café?";
        assert_eq!(read(&in_charset(western, WINDOWS_1252), None, "cn").0, western);
        assert_eq!(read("Müller".as_bytes(), None, "cn").0, "Müller");
        assert_eq!(read("Привет".as_bytes(), None, "cn").0, "Привет");
    }

    #[test]
    fn a_short_text_is_judged_by_its_whole_mail() {
        let mail = in_charset("Subject: 价格\n\n请问净水器的滤芯多少钱一支，多久需要更换一次？", GB18030);
        let charsets = Charsets::of(&mail, "cn");
        assert_eq!(charsets.decode(&in_charset("价格", GB18030), None), "价格");
        assert!(!charsets.is_doubtful());
        let mail = in_charset("Content-Type: text/plain; charset=\"big5\"\n\n請問", BIG5);
        let charsets = Charsets::of(&mail, "cn");
        assert_eq!(charsets.decode(&in_charset("請問", BIG5), None), "請問");
    }

    #[test]
    fn accented_letters_are_no_chinese() {
        for text in ["Das hört überhaupt nicht auf", "Informação e opinião", "Håkon Berg", "El año próximo"]
        {
            let charsets_of = in_charset(text, WINDOWS_1252);
            for label in [None, Some("utf-8")] {
                assert_eq!(read(&charsets_of, label, "cn").0, text, "{label:?}");
            }
        }
        // A subject's own bytes count for more than the body's.
        let mail = [
            b"Subject: ".to_vec(),
            in_charset("Opinião", WINDOWS_1252),
            vec![b'\n'],
            in_charset("价格", GB18030),
        ]
        .concat();
        assert_eq!(Charsets::of(&mail, "cn").decode(&in_charset("Opinião", WINDOWS_1252), None), "Opinião");
        for (text, encoding, region) in [
            ("USB线坏了", GB18030, "cn"),
            ("U盘", GB18030, "cn"),
            ("テスト", SHIFT_JIS, "jp"),
            ("功能", BIG5, "tw"),
        ] {
            assert_eq!(read(&in_charset(text, encoding), None, region).0, text);
        }
    }

    #[test]
    fn a_character_set_that_the_mail_names_shows_its_country() {
        let text = in_charset("修正を入れました、見てください。", encoding_rs::EUC_JP);
        for named in
            ["Subject: =?iso-2022-jp?B?GyRCPSQbKEI=?=", "Content-Type: text/plain; charset=\"ISO-2022-JP\""]
        {
            let mail = [named.as_bytes(), b"\r\n\r\n", &text].concat();
            assert_eq!(
                Charsets::of(&mail, "cn").decode(&text, Some("utf-8")),
                "修正を入れました、見てください。"
            );
        }
    }

    #[test]
    fn doubt_is_remembered() {
        assert!(read(b"\xc4\xe3\xba", Some("gb2312"), "cn").1, "half a character");
        assert!(read(&in_charset("你好", GB18030), None, "cn").1, "two characters are no proof");
        assert!(read("abc\u{e9}\u{4f60}".as_bytes(), None, "cn") == ("abcé你".into(), false));
        let cut = &"很满意，谢谢你们的服务".as_bytes()[..31];
        assert!(read(cut, Some("utf-8"), "cn").0.starts_with("很满意，谢谢你们的"));
        assert!(read(cut, Some("utf-8"), "cn").1);
        assert_eq!(read(&"净水器漏电".as_bytes()[..14], None, "cn"), ("净水器漏\u{fffd}".into(), true));
        assert!(read(&in_charset("Привет, чайник", encoding_rs::KOI8_R), None, "cn").1);
    }
}
