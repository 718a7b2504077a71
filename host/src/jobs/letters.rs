//! Mail that the host itself writes to people who work here.

use crate::ops::App;
use crate::plugins::egress::relay::Letter;

/// A letter to one of them. The id stays the same when the same letter is sent again.
pub(super) fn own(app: &App, sender: &str, id: &str, to: &str, subject: String, text: String) -> Letter {
    let host = sender.trim_end_matches('>').rsplit_once('@').map_or("localhost", |(_, host)| host);
    Letter {
        message_id: format!("{id}@{host}"),
        sender: sender.to_owned(),
        recipients: vec![to.to_owned()],
        subject,
        text,
        html: String::new(),
        headers: vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())],
        files: Vec::new(),
        date: app.db.now(),
    }
}
