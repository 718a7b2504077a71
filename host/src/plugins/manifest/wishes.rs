//! A manifest's wants as the operator meets them: one line each, with the grant that fulfils it.

use super::{Manifest, RecordWant, Texts};

/// One thing that the plugin asks the operator for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What to grant, for example `http:api.telegram.org`. A host that a setting names stands as
    /// `http:{setting}`, because only an installation knows it.
    pub grant: String,
    /// What it means, in plain English.
    pub words: String,
    /// Why the plugin wants it.
    pub reason: Texts,
}

impl Manifest {
    /// Everything the plugin asks for, in the order of the manifest's reference.
    pub fn wishes(&self) -> Vec<Wish> {
        let wants = &self.wants;
        let mut wishes = Vec::new();
        let mut wish = |grant: String, words: String, reason: &Texts| {
            wishes.push(Wish { grant, words, reason: reason.clone() });
        };
        for want in &wants.http {
            let (place, grant) = match (&want.host, &want.setting) {
                (Some(host), _) => (host.clone(), format!("http:{host}")),
                (None, setting) => {
                    let setting = setting.as_deref().unwrap_or_default();
                    (format!("the host of the setting `{setting}`"), format!("http:{{{setting}}}"))
                }
            };
            let words = format!("speak to {place} ({} {})", want.methods.join(", "), want.paths.join(", "));
            wish(grant, words, &want.reason);
        }
        for want in &wants.secrets {
            let name = &want.name;
            wish(format!("secrets:{name}"), format!("work with the secret `{name}`"), &want.reason);
            if want.reveal {
                wish(format!("secrets:{name}:reveal"), format!("see the secret `{name}`"), &want.reason);
            }
        }
        for want in &wants.records {
            for (verb, fields) in [("read", &want.read), ("write", &want.write)] {
                if !fields.is_empty() {
                    wish(
                        format!("records:{}:{verb}", want.kind),
                        record_words(verb, fields, want),
                        &want.reason,
                    );
                }
            }
        }
        for want in &wants.identities {
            let scheme = &want.scheme;
            wish(
                format!("identity:{scheme}"),
                format!("vouch for identities of the scheme `{scheme}`"),
                &want.reason,
            );
        }
        if let Some(want) = &wants.kv {
            let words = format!("keep up to {} bytes of its own between calls", want.bytes);
            wish("kv".to_owned(), words, &want.reason);
        }
        if let Some(want) = &wants.mail {
            for sender in &want.senders {
                wish(format!("mail:{sender}"), format!("send e-mail as {sender}"), &want.reason);
            }
            if let Some(setting) = &want.setting {
                let words = format!("send e-mail as the address of the setting `{setting}`");
                wish(format!("mail:{{{setting}}}"), words, &want.reason);
            }
        }
        wishes
    }
}

fn record_words(verb: &str, fields: &[String], want: &RecordWant) -> String {
    let rows = match want.scope {
        super::Scope::All => "every",
        super::Scope::Own => "its own",
    };
    format!("{verb} {} of {rows} {}", fields.join(", "), want.kind)
}
