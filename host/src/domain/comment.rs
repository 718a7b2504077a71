//! Comments on records, and who is mentioned in them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::catalogue::{Record, Type, kept_as_json};
use super::clock::Timestamp;
use super::ids::{CommentId, CustomerId, InstallationId};
use super::text::excerpt;
use super::words::words;

words! {
    /// What can be mentioned.
    pub enum Mentioned {
        /// A person.
        User = "user",
        /// Everybody in a team.
        Team = "team",
    }
}

/// Somebody mentioned in a text: `@[李娜](user:019b8a3e-...)`. The brackets say where a name begins and ends, in a
/// script that has no spaces as well as in one whose names have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// A person or a team.
    pub kind: Mentioned,
    /// Which.
    pub id: Uuid,
    /// The name as it was written.
    pub name: String,
}

impl Mention {
    /// As it is written in a text.
    fn written(&self) -> String {
        format!("@[{}]({}:{})", self.name, self.kind, self.id)
    }
}

kept_as_json! { Vec<Mention>: Type::Json, Vec::new(); }

/// A comment on a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "comment",
    right = CommentsRead,
    table = "comments",
    en = "Comment",
    zh = "评论",
    zh_help = "记录上的评论。",
    title = "text",
    source = "source_id"
)]
pub struct Comment {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: CommentId,
    /// The kind of record that it is on.
    #[field(en = "Kind of subject", zh = "关联类型", zh_help = "评论所在记录的类型。", fixed)]
    pub subject_kind: String,
    /// The record.
    #[field(zh = "关联记录", zh_help = "所关联的记录。", fixed)]
    pub subject_id: Uuid,
    /// Who wrote it, as `kind:id`.
    #[field(zh = "作者", zh_help = "作者，写作 `类型:编号`。", fixed)]
    pub author: String,
    /// What it says; empty once it is deleted.
    #[field(zh = "内容", zh_help = "内容；删除后为空。", long)]
    pub text: String,
    /// When it was written.
    #[field(zh = "创建时间", zh_help = "撰写时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// The customer on whose timeline it stands.
    #[field(zh = "客户", zh_help = "出现在哪位客户的时间线上。", fixed)]
    pub customer_id: Option<CustomerId>,
    /// Who is mentioned in it.
    #[field(zh = "提及", zh_help = "其中提到的人。")]
    pub mentions: Vec<Mention>,
    /// When its text was last changed.
    #[field(zh = "修改时间", zh_help = "内容最后修改的时间。")]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    #[field(zh = "删除时间", zh_help = "删除时间。")]
    pub deleted_at: Option<Timestamp>,
    /// The installation that brought it in.
    #[field(en = "Source", zh = "来源安装", zh_help = "由哪个插件安装带入。", fixed)]
    pub source_id: Option<InstallationId>,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

/// A text cut at its mentions.
enum Piece<'a> {
    Text(&'a str),
    Mention(Mention),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(found) = text[from..].find("@[") {
        let at = from + found;
        match mention(&text[at + 2..]) {
            Some((mention, length)) => {
                pieces.push(Piece::Text(&text[start..at]));
                pieces.push(Piece::Mention(mention));
                from = at + 2 + length;
                start = from;
            }
            None => from = at + 2,
        }
    }
    pieces.push(Piece::Text(&text[start..]));
    pieces
}

/// The mention whose name begins here, and how long it is.
fn mention(rest: &str) -> Option<(Mention, usize)> {
    let (name, after) = rest.split_once("](")?;
    let (target, _) = after.split_once(')')?;
    let (kind, id) = target.split_once(':')?;
    let name = name.to_owned();
    let length = name.len() + 2 + target.len() + 1;
    (!name.contains(['[', ']', '\n'])).then_some(())?;
    Some((Mention { kind: kind.parse().ok()?, id: Uuid::try_parse(id).ok()?, name }, length))
}

/// Who is mentioned in a text, everybody once.
pub fn mentions(text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Mention(mention) = piece
            && !found.iter().any(|known| (known.kind, known.id) == (mention.kind, mention.id))
        {
            found.push(mention);
        }
    }
    found
}

/// A text with a mention for each `@李娜` that names somebody known, as if it had been written in brackets. The longest
/// name counts; a name that two have stays a text, because nobody can say who is meant.
pub fn linked(text: &str, known: &[Mention]) -> String {
    let mut linked = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Mention(mention) => linked.push_str(&mention.written()),
            Piece::Text(text) => link(text, known, &mut linked),
        }
    }
    linked
}

fn link(text: &str, known: &[Mention], linked: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['@', '＠']) {
        let sign = rest[at..].chars().next().map_or(1, char::len_utf8);
        // What stands before the sign in an address of mail is no place for a name.
        let address = rest[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c));
        let after = &rest[at + sign..];
        let found = if address { None } else { named(after, known) };
        linked.push_str(&rest[..at]);
        match found {
            Some(mention) => linked.push_str(&mention.written()),
            None => linked.push_str(&rest[at..at + sign]),
        }
        rest = &after[found.map_or(0, |mention| mention.name.len())..];
    }
    linked.push_str(rest);
}

/// Whose name a text begins with.
fn named<'k>(text: &str, known: &'k [Mention]) -> Option<&'k Mention> {
    let begins = |mention: &&Mention| {
        let name = mention.name.as_str();
        let same = text.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
        let letter = |c: char| c.is_ascii_alphanumeric();
        let open =
            name.ends_with(letter) && text.get(name.len()..).is_some_and(|rest| rest.starts_with(letter));
        !name.is_empty() && same && !open
    };
    let mut found: Vec<&Mention> = known.iter().filter(begins).collect();
    let longest = found.iter().map(|mention| mention.name.len()).max()?;
    found.retain(|mention| mention.name.len() == longest);
    if let [one] = found[..] { Some(one) } else { None }
}

/// A text as people read it, with `@李娜` for each mention, cut after so many characters.
pub fn plain(text: &str, longest: usize) -> String {
    let mut plain = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => plain.push_str(text),
            Piece::Mention(mention) => {
                plain.push('@');
                plain.push_str(&mention.name);
            }
        }
    }
    excerpt(&plain, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LI: &str = "019b8a3e-0000-7000-8000-000000000007";

    #[test]
    fn a_mention_is_found_in_a_text_without_spaces() {
        let text = format!("请@[李娜](user:{LI})和@[售后 组](team:{LI})今天上门，@[李娜](user:{LI})带工具");
        let found = mentions(&text);
        let names: Vec<_> = found.iter().map(|mention| (mention.kind, mention.name.as_str())).collect();
        assert_eq!(names, [(Mentioned::User, "李娜"), (Mentioned::Team, "售后 组")]);
        assert_eq!(plain(&text, 100), "请@李娜和@售后 组今天上门，@李娜带工具");
        assert_eq!(plain(&text, 4), "请@李娜…");
    }

    #[test]
    fn a_plain_name_mentions_whoever_has_it_in_either_script() {
        let known = [
            ("李娜", Mentioned::User, 1),
            ("李娜娜", Mentioned::User, 2),
            ("Ann", Mentioned::User, 3),
            ("Ann Lee", Mentioned::User, 4),
            ("Sam", Mentioned::User, 5),
            ("Sam", Mentioned::User, 6),
            ("售后 After-sales", Mentioned::Team, 7),
        ]
        .map(|(name, kind, id)| Mention { kind, id: Uuid::from_u128(id), name: name.to_owned() });
        let names = |text: &str| {
            let linked = linked(text, &known);
            assert_eq!(plain(&linked, 1_000), text.replace('＠', "@"), "{linked}");
            mentions(&linked).into_iter().map(|mention| mention.name).collect::<Vec<_>>()
        };
        assert_eq!(names("请@李娜今天看一下，＠售后 After-sales也看"), ["李娜", "售后 After-sales"]);
        assert_eq!(names("@李娜娜 @Ann Lee, and @Ann."), ["李娜娜", "Ann Lee", "Ann"]);
        for text in ["ask@Ann", "@Anna", "@Sam", "@", "@ Ann", "李娜"] {
            assert!(names(text).is_empty(), "{text}");
        }
        let written = format!("@[Ann](user:{LI})");
        assert_eq!(linked(&written, &known), written);
    }

    #[test]
    fn what_only_looks_like_a_mention_is_text() {
        for text in [
            "@[",
            "@[李娜]",
            "@[李娜](user:7)",
            "@[a](robot:019b8a3e-0000-7000-8000-000000000007)",
            "mail@[x",
        ] {
            assert!(mentions(text).is_empty(), "{text}");
            assert_eq!(plain(text, 100), text);
        }
        let nested = format!("@[@[李娜](user:{LI})");
        assert_eq!(mentions(&nested).len(), 1);
    }
}
