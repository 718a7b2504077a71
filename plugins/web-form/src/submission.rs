//! What a submission says, after the operator's names for the fields were put into ours.

use crate::contact;
use crate::fields::Fields;
use hospes_sdk::{Attribute, Identity, Message};
use std::collections::BTreeMap;

/// The longest text that is taken of a field, in characters.
const LONGEST: [(&str, usize); 7] = [
    ("message", 20_000),
    ("subject", 500),
    ("name", 200),
    ("email", 254),
    ("phone", 60),
    ("language", 35),
    ("submission_id", 200),
];

/// A submission that was understood.
#[derive(Debug, Default)]
pub struct Submission {
    /// What the person wrote.
    pub message: String,
    /// A line about it; may be empty.
    pub subject: String,
    /// What the person calls themself; may be empty.
    pub name: String,
    /// As it was typed.
    pub phone: Option<String>,
    /// With its domain in lower case.
    pub email: Option<String>,
    /// BCP 47; may be empty.
    pub language: String,
    /// The form's own id of this submission; may be empty.
    pub id: String,
    /// The country whose phone numbers may be typed without a country code.
    pub region: String,
}

/// Something that is wrong with a field, for the person who filled in the form.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field by the name that the form gave it.
    pub field: String,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// What the operator set about the fields.
#[derive(Debug, Default)]
pub struct Rules {
    /// The form's name of a field -> ours.
    pub names: BTreeMap<String, String>,
    /// The country whose phone numbers may be typed without a country code.
    pub region: String,
}

/// Puts the fields into a submission. Several fields that mean the same are joined by lines. All that is wrong is
/// said at once.
pub fn read(fields: &Fields, rules: &Rules) -> Result<Submission, Vec<Refusal>> {
    let ours = |name: &str| rules.names.get(name).map_or(name, String::as_str).to_owned();
    let mut known: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (theirs, value) in fields {
        let value = value.trim();
        let name = ours(theirs);
        if value.is_empty() || !LONGEST.iter().any(|(known, _)| *known == name) {
            continue;
        }
        known
            .entry(name)
            .and_modify(|(_, text)| {
                text.push('\n');
                text.push_str(value);
            })
            .or_insert_with(|| (theirs.clone(), value.to_owned()));
    }

    // A field that is missing is called by the name it has in the form, where that is known.
    let called = |name: &str| {
        let theirs = rules.names.iter().find(|(_, ours)| ours.as_str() == name);
        theirs.map_or(name, |(theirs, _)| theirs.as_str()).to_owned()
    };
    let mut wrong = Vec::new();
    for (name, longest) in LONGEST {
        if let Some((theirs, value)) = known.get(name)
            && value.chars().count() > longest
        {
            wrong.push(refusal(
                theirs.clone(),
                format!("longer than {longest} characters; please shorten it"),
                format!("超过 {longest} 个字，请缩短"),
            ));
        }
    }
    let mut take = |name: &str| known.remove(name).unwrap_or_else(|| (called(name), String::new()));
    let (message_field, message) = take("message");
    let (phone_field, typed_phone) = take("phone");
    let (email_field, typed_email) = take("email");
    if message.is_empty() {
        wrong.push(refusal(
            message_field,
            "missing; please write a message".into(),
            "未填写，请写下留言".into(),
        ));
    }
    let phone = Some(typed_phone.trim().to_owned()).filter(|typed| contact::is_phone(typed));
    let email = contact::email(&typed_email);
    if typed_phone.is_empty() && typed_email.is_empty() {
        wrong.push(refusal(
            email_field,
            format!("missing; please leave an e-mail address, or a phone number in `{phone_field}`"),
            format!("未填写，请留下邮箱，或在 `{phone_field}` 中留下电话"),
        ));
    } else {
        if !typed_phone.is_empty() && phone.is_none() {
            wrong.push(refusal(phone_field, "not a phone number".into(), "不是有效的电话号码".into()));
        }
        if !typed_email.is_empty() && email.is_none() {
            wrong.push(refusal(email_field, "not an e-mail address".into(), "不是有效的邮箱地址".into()));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Submission {
        message,
        phone,
        email,
        subject: take("subject").1,
        name: take("name").1,
        language: take("language").1,
        id: take("submission_id").1,
        region: rules.region.clone(),
    })
}

fn refusal(field: String, en: String, zh: String) -> Refusal {
    Refusal { field, en, zh }
}

impl Submission {
    /// The message for the host. Each submission is a conversation of its own: whoever types somebody
    /// else's address must not land in their thread.
    pub fn into_message(self, external_id: String, now: i64) -> Message {
        let region = if self.phone.is_some() { self.region } else { String::new() };
        let sender = [self.email.map(|value| ("email", value)), self.phone.map(|value| ("phone", value))];
        let attributes =
            [("name", self.name), ("subject", self.subject), ("language", self.language), ("region", region)];
        Message {
            conversation: external_id.clone(),
            external_id,
            kind: "message".into(),
            sender: sender
                .into_iter()
                .flatten()
                .map(|(scheme, value)| Identity::typed(scheme, "", value))
                .collect(),
            sent_at: now,
            text: self.message,
            attachments: Vec::new(),
            attributes: attributes
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| Attribute::new(name, value))
                .collect(),
        }
    }

    /// A name for this submission that a repetition within the same minute has too.
    pub fn fingerprint(&self, now: i64) -> String {
        let minute = (now / 60_000_000).to_string();
        let (phone, email) = (self.phone.as_deref().unwrap_or(""), self.email.as_deref().unwrap_or(""));
        let mut hash = Fnv::default();
        for part in [&minute, &self.message, &self.subject, &self.name, phone, email, &self.language] {
            hash.add(part.as_bytes());
            // A separator that text can't hold, so that fields can't run into each other.
            hash.add(&[0xff]);
        }
        format!("{:032x}", hash.0)
    }
}

/// A short form of a long id that the caller made.
pub fn digest(text: &str) -> String {
    let mut hash = Fnv::default();
    hash.add(text.as_bytes());
    format!("{:032x}", hash.0)
}

/// FNV-1a, 128 bits. It tells repetitions apart; it is no protection against somebody who searches for
/// collisions, who would only make their own submission vanish.
struct Fnv(u128);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn rules(names: &[(&str, &str)]) -> Rules {
        let names = names.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
        Rules { names, region: "CN".into() }
    }

    #[test]
    fn a_chinese_form_with_its_own_names_is_understood() {
        let given = fields(&[
            ("姓名", "王小梅"),
            ("手机", "138 0013 8000"),
            ("留言", "想了解价格"),
            ("备注", "周末联系"),
            ("csrf", "x"),
        ]);
        let names = rules(&[("姓名", "name"), ("手机", "phone"), ("留言", "message"), ("备注", "message")]);
        let message = read(&given, &names).unwrap().into_message("id".into(), 5);
        assert_eq!(message.text, "想了解价格\n周末联系");
        assert_eq!(message.sender, [Identity::typed("phone", "", "138 0013 8000")]);
        assert_eq!((message.conversation.as_str(), message.sent_at), ("id", 5));
        assert_eq!(
            Attribute::find(&message.attributes, "name").and_then(|name| name.as_text()),
            Some("王小梅")
        );
    }

    #[test]
    fn nobody_is_attested_by_a_form() {
        let given = fields(&[("message", "hi"), ("email", "a@example.com"), ("phone", "+4930123456")]);
        let message = read(&given, &rules(&[])).unwrap().into_message("id".into(), 0);
        assert_eq!(message.sender.len(), 2);
        assert!(message.sender.iter().all(|identity| !identity.attested));
    }

    #[test]
    fn what_is_missing_is_called_by_the_forms_own_name() {
        let wrong =
            read(&fields(&[("x", "1")]), &rules(&[("留言", "message"), ("tel", "phone")])).unwrap_err();
        assert_eq!(wrong.iter().map(|refusal| refusal.field.as_str()).collect::<Vec<_>>(), ["留言", "email"]);
        assert!(wrong[1].en.contains("`tel`") && wrong[1].zh.contains("`tel`"));
    }

    #[test]
    fn contacts_that_cannot_be_are_refused() {
        let wrong =
            read(&fields(&[("message", "hi"), ("email", "nope"), ("phone", "12")]), &rules(&[])).unwrap_err();
        assert_eq!(wrong.len(), 2);
        let long = "很".repeat(20_001);
        let wrong =
            read(&fields(&[("message", &long), ("email", "a@example.com")]), &rules(&[])).unwrap_err();
        assert_eq!(wrong[0].field, "message");
    }

    #[test]
    fn repetitions_within_a_minute_have_the_same_fingerprint() {
        let one = |text: &str| {
            read(&fields(&[("message", text), ("email", "a@example.com")]), &rules(&[])).unwrap()
        };
        let minute = 60_000_000;
        assert_eq!(one("hi").fingerprint(5 * minute), one("hi").fingerprint(5 * minute + 59_000_000));
        assert_ne!(one("hi").fingerprint(5 * minute), one("hi").fingerprint(6 * minute));
        assert_ne!(one("hi").fingerprint(0), one("hi!").fingerprint(0));
    }

    #[test]
    fn the_digest_is_fnv_1a() {
        assert_eq!(digest(""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(digest("a"), "d228cb696f1a8caf78912b704e4a8964");
    }
}
