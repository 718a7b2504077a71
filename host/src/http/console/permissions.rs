//! Permissions, as forms have them: a box each, together by what they are about.

use std::collections::BTreeMap;

use super::frame::Frame;
use crate::domain::actor::{Permission, Rights};

/// A permission with its box.
#[derive(Debug)]
pub struct PermissionBox {
    /// Its word.
    pub word: &'static str,
    /// What it lets one do, in the page's language.
    pub text: String,
    /// Whether the box is checked.
    pub held: bool,
}

/// All permissions by what they are about; those of `held` are checked.
pub fn groups(frame: &Frame, held: Rights) -> Vec<(String, Vec<PermissionBox>)> {
    let mut groups: BTreeMap<&str, Vec<PermissionBox>> = BTreeMap::new();
    for permission in Permission::ALL {
        let word = permission.word();
        let about = word.split_once(':').map_or(word, |(about, _)| about);
        let text = frame.word("permission", &word.replace(':', "-"));
        groups.entry(about).or_default().push(PermissionBox { word, text, held: held.contain(*permission) });
    }
    groups.into_iter().map(|(about, boxes)| (about.to_owned(), boxes)).collect()
}
