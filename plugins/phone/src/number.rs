//! Numbers as telephone systems write them.

/// What systems send for a caller who withheld the number, in lower case and without marks.
const WITHHELD: [&str; 20] = [
    "anonymous",
    "restricted",
    "private",
    "privatenumber",
    "unknown",
    "unavailable",
    "withheld",
    "blocked",
    "nocallerid",
    "notavailable",
    "outofarea",
    "payphone",
    "asterisk",
    "s",
    "匿名",
    "匿名来电",
    "未知",
    "未知号码",
    "私人号码",
    "隐藏号码",
];

/// The same words on a telephone's keys, as Twilio sends them: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN (in both spellings
/// that are seen), UNAVAILABLE.
const ON_KEYS: [&str; 6] = ["266696687", "7378742833", "2562533", "8656696", "8566696", "86282452253"];

/// Who is at an end of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A number outside, as it was written.
    Outside(String),
    /// A colleague: an extension or an account of the telephone system.
    Inside(String),
    /// A caller who doesn't say.
    Withheld,
}

/// How numbers are read.
#[derive(Debug, Clone)]
pub struct Numbering {
    /// A number with so many digits or fewer is an extension.
    pub extension_digits: usize,
    /// What is dialled for an outside line.
    pub outside_prefix: String,
}

impl Numbering {
    /// Who a caller is.
    pub fn caller(&self, given: &str) -> Party {
        let (bare, is_account) = bare(given);
        let word: String = bare.chars().filter(|character| character.is_alphanumeric()).collect();
        let word = word.to_lowercase();
        let digits = word.chars().filter(|character| character.is_numeric()).count();
        let zeros = !word.is_empty() && word.chars().all(|character| character == '0');
        if word.is_empty() || zeros || WITHHELD.contains(&word.as_str()) || ON_KEYS.contains(&word.as_str()) {
            return Party::Withheld;
        }
        // Letters alone are an account, `client:alice`; a number may have words around it, which the host reads.
        if is_account || digits == 0 || (digits <= self.extension_digits && digits == word.chars().count()) {
            return Party::Inside(bare.to_owned());
        }
        Party::Outside(bare.to_owned())
    }

    /// Who was dialled, by a colleague where `from_inside`: then the prefix for an outside line is taken off.
    pub fn dialled(&self, given: &str, from_inside: bool) -> Party {
        let (bare, _) = bare(given);
        let prefix = &self.outside_prefix;
        let outside = bare.strip_prefix(prefix.as_str()).filter(|_| from_inside && !prefix.is_empty());
        match outside.map(|rest| self.caller(rest)) {
            Some(Party::Outside(number)) => Party::Outside(number),
            _ => self.caller(given),
        }
    }
}

/// A number without what SIP and Twilio put around it: `sip:+8613800138000@carrier.example;user=phone`, `"Li" <801>`,
/// `client:alice`, `tel:+86...`; and whether it names an account rather than a number.
fn bare(given: &str) -> (&str, bool) {
    let given = given.trim();
    let given = match (given.find('<'), given.rfind('>')) {
        (Some(open), Some(close)) if open < close => given[open + 1..close].trim(),
        _ => given,
    };
    let scheme = |scheme: &str| {
        given
            .get(..scheme.len())
            .filter(|start| start.eq_ignore_ascii_case(scheme))
            .map(|_| &given[scheme.len()..])
    };
    if let Some(account) = scheme("client:") {
        return (account, true);
    }
    let address = scheme("sip:").or_else(|| scheme("sips:")).or_else(|| scheme("whatsapp:"));
    if let Some(address) = address {
        let user = address.split('@').next().unwrap_or_default();
        return (user.split(';').next().unwrap_or_default(), false);
    }
    (scheme("tel:").unwrap_or(given), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbering() -> Numbering {
        Numbering { extension_digits: 4, outside_prefix: "9".into() }
    }

    #[test]
    fn a_caller_is_outside_inside_or_withheld() {
        for given in [
            "",
            " ",
            "anonymous",
            "Anonymous",
            "Restricted",
            "PRIVATE",
            "unknown",
            "<unknown>",
            "+266696687",
            "266696687",
            "+86282452253",
            "+7378742833",
            "0",
            "0000000",
            "No Caller ID",
            "Out of area",
            "匿名",
            "sip:anonymous@anonymous.invalid",
            "asterisk",
            "s",
            "-",
            "\"Anonymous\" <anonymous>",
        ] {
            assert_eq!(numbering().caller(given), Party::Withheld, "{given}");
        }
        for (given, number) in [
            ("13800138000", "13800138000"),
            ("+86 138 0013 8000", "+86 138 0013 8000"),
            ("sip:+8613800138000@carrier.example;user=phone", "+8613800138000"),
            ("sip:02151234567;phone-context=+86@carrier.example", "02151234567"),
            ("\"王小梅\" <13800138000>", "13800138000"),
            ("tel:+4930901820", "+4930901820"),
            ("10086", "10086"),
            ("010-65529988转123", "010-65529988转123"),
            ("１３８００１３８０００", "１３８００１３８０００"),
        ] {
            assert_eq!(numbering().caller(given), Party::Outside(number.into()), "{given}");
        }
        for (given, name) in [
            ("801", "801"),
            ("8001", "8001"),
            ("client:alice", "alice"),
            ("sip:801@pbx.example", "801"),
            ("alice", "alice"),
        ] {
            assert_eq!(numbering().caller(given), Party::Inside(name.into()), "{given}");
        }
    }

    #[test]
    fn the_prefix_for_an_outside_line_is_taken_off() {
        let dialled = |given, inside| numbering().dialled(given, inside);
        assert_eq!(dialled("913800138000", true), Party::Outside("13800138000".into()));
        assert_eq!(dialled("913800138000", false), Party::Outside("913800138000".into()));
        assert_eq!(dialled("9801", true), Party::Inside("9801".into()), "an extension that begins with it");
        assert_eq!(dialled("802", true), Party::Inside("802".into()));
    }
}
