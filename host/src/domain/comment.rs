//! Comments on records, and who is mentioned in them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clock::Timestamp;
use super::ids::{CommentId, CustomerId, InstallationId};
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

/// A comment on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The kind of record that it is on.
    pub subject_kind: String,
    /// The record.
    pub subject_id: Uuid,
    /// The customer on whose timeline it stands.
    pub customer_id: Option<CustomerId>,
    /// Who wrote it, as `kind:id`.
    pub author: String,
    /// What it says; empty once it is deleted.
    pub text: String,
    /// Who is mentioned in it.
    pub mentions: Vec<Mention>,
    /// The installation that brought it in.
    pub source_id: Option<InstallationId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// Grows by one with every change.
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
    match plain.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
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
