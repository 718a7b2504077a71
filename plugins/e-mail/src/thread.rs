//! What a thread is called: whom its answers go to, and the mail that it began with.

use crate::mime::Mail;

/// So many mails that a mail answers are looked for.
pub const MOST_ANCESTORS: usize = 10;
/// What stands for the first mail of a thread that we begin ourselves.
const FRESH: &str = "new:";

/// The name of a thread.
pub fn name(address: &str, root: &str) -> String {
    format!("{address} {root}")
}

/// The root of a thread that has no mail yet.
pub fn fresh(mark: &str) -> String {
    format!("{FRESH}{mark}")
}

/// Whom a thread's answers go to, and its root.
pub fn parts(name: &str) -> Option<(&str, &str)> {
    name.split_once(' ').filter(|(address, root)| address.contains('@') && !root.is_empty())
}

/// The root in a thread's name.
pub fn root_of(name: &str) -> Option<&str> {
    parts(name).map(|(_, root)| root)
}

/// The mail that a thread began with; none when we began it and nothing has come back.
pub fn first_mail(root: &str) -> Option<&str> {
    (!root.starts_with(FRESH) && root.contains('@')).then_some(root)
}

/// Where a mail says that its thread began: the first of its references, else the mail that it answers, else itself.
pub fn root(mail: &Mail<'_>, own_id: &str) -> String {
    mail.references().into_iter().next().or_else(|| mail.in_reply_to()).unwrap_or_else(|| own_id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_again() {
        let called = name("ann@example.com", "1@x");
        assert_eq!(parts(&called), Some(("ann@example.com", "1@x")));
        assert_eq!(root_of(&called), Some("1@x"));
        assert_eq!(parts("42"), None);
        assert_eq!(first_mail("1@x"), Some("1@x"));
        assert_eq!(first_mail(&fresh("ab")), None);
        assert_eq!(first_mail("sha256:ab"), None);
    }
}
