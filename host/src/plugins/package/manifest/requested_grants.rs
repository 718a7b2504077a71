//! A manifest's wants as the operator meets them: one line each, with the grant that fulfils it.

use super::{Manifest, RecordWant, Texts};
use crate::domain::catalogue::KINDS;

/// One thing that the plugin asks the operator for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedGrant {
    /// What to grant, for example `http:api.telegram.org`. A host that a setting names stands as
    /// `http:{setting}`, because only an installation knows it.
    pub grant: String,
    /// What it means, in plain words.
    pub words: Texts,
    /// Why the plugin wants it.
    pub reason: Texts,
}

impl Manifest {
    /// Everything the plugin asks for, in the order of the manifest's reference.
    pub fn requested_grants(&self) -> Vec<RequestedGrant> {
        let wants = &self.wants;
        let mut requested_grants = Vec::new();
        let mut requested = |grant: String, words: [String; 2], reason: &Texts| {
            let [zh_cn, en] = words;
            requested_grants.push(RequestedGrant {
                grant,
                words: Texts { zh_cn, en },
                reason: reason.clone(),
            });
        };
        for want in &wants.http {
            let how = format!("({} {})", want.methods.join(", "), want.paths.join(", "));
            let (zh, en, grant) = match (&want.host, &want.setting) {
                (Some(host), _) => {
                    (format!("访问 {host}"), format!("speak to {host}"), format!("http:{host}"))
                }
                (None, setting) => {
                    let setting = setting.as_deref().unwrap_or_default();
                    let zh = format!("访问设置“{setting}”中的主机");
                    let en = format!("speak to the host of the setting `{setting}`");
                    (zh, en, format!("http:{{{setting}}}"))
                }
            };
            requested(grant, [format!("{zh} {how}"), format!("{en} {how}")], &want.reason);
        }
        for want in &wants.secrets {
            let name = &want.name;
            for usage in &want.uses {
                requested(format!("secrets:{name}:{usage}"), usage.words(name), &want.reason);
            }
        }
        for want in &wants.records {
            for (verb, fields) in [("read", &want.read), ("write", &want.write)] {
                if !fields.is_empty() {
                    let words = record_words(verb, fields, want);
                    requested(format!("records:{}:{verb}", want.kind), words, &want.reason);
                }
            }
        }
        for want in &wants.identities {
            let scheme = &want.scheme;
            let zh = format!("为“{scheme}”类身份作证");
            let en = format!("vouch for identities of the scheme `{scheme}`");
            requested(format!("identity:{scheme}"), [zh, en], &want.reason);
        }
        if let Some(want) = &wants.kv {
            let zh = format!("在两次调用之间保存至多 {} 字节自己的数据", want.bytes);
            let en = format!("keep up to {} bytes of its own between calls", want.bytes);
            requested("kv".to_owned(), [zh, en], &want.reason);
        }
        if let Some(want) = &wants.mail {
            for sender in &want.senders {
                let words = [format!("以 {sender} 的名义发送邮件"), format!("send e-mail as {sender}")];
                requested(format!("mail:{sender}"), words, &want.reason);
            }
            if let Some(setting) = &want.setting {
                let zh = format!("以设置“{setting}”中的地址发送邮件");
                let en = format!("send e-mail as the address of the setting `{setting}`");
                requested(format!("mail:{{{setting}}}"), [zh, en], &want.reason);
            }
        }
        requested_grants
    }
}

fn record_words(verb: &str, fields: &[String], want: &RecordWant) -> [String; 2] {
    let RecordWant { kind, .. } = want;
    let (zh_rows, rows) = match want.scope {
        super::Scope::All => ("所有", "every"),
        super::Scope::Own => ("自己的", "its own"),
    };
    let zh_verb = if verb == "read" { "读取" } else { "写入" };
    let known = KINDS.iter().find(|known| known.name == kind);
    let titles: Vec<&str> = fields
        .iter()
        .map(|name| match known.and_then(|known| known.fields.iter().find(|field| field.name == name)) {
            Some(field) => field.zh,
            None if name == "attachments" => "附件",
            None => name,
        })
        .collect();
    let zh_kind = known.map_or(kind.as_str(), |known| known.zh);
    let zh = format!("{zh_verb}{zh_rows}“{zh_kind}”的{}", titles.join("、"));
    [zh, format!("{verb} {} of {rows} {kind}", fields.join(", "))]
}
