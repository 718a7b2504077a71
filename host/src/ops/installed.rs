//! An installation as its operator sees it: what it is, what it asks for, what it was given.

use super::call::Call;
use super::installations::{self, requested};
use super::refusal::Refusal;
use super::upgrades::{More, more};
use crate::domain::actor::Permission;
use crate::domain::ids::InstallationId;
use crate::plugins::Grant;
use crate::plugins::grant::{Host, sender};
use crate::plugins::manifest::{Manifest, Texts, Wish};
use crate::store::db::Tx;
use crate::store::hosts::{self, Readiness};
use crate::store::installations::{Installation, Settings};
use crate::store::{installations as store, plugins};

/// An installation with what its manifest says.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Its row.
    pub row: Installation,
    /// The manifest of the version in use.
    pub manifest: Manifest,
    /// What it asks for, in the order of the manifest's reference.
    pub requested: Vec<Requested>,
    /// The secrets that it asks for, and whether each is set.
    pub secrets: Vec<(String, bool)>,
    /// The version that waits for a grant, and what it asks for besides.
    pub pending: Option<(String, Vec<More>)>,
    /// The version before, to go back to.
    pub previous: Option<String>,
    /// How far each living host is with the version in use.
    pub hosts: Vec<Readiness>,
}

/// One thing that an installation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// What to grant; none while a setting that it depends on isn't set.
    pub grant: Option<String>,
    /// What it means, in plain words.
    pub words: Texts,
    /// Why, for the operator.
    pub reason: Texts,
}

/// One installation.
pub async fn get(tx: &mut Tx, call: &Call, id: InstallationId) -> Result<Installed, Refusal> {
    let row = installations::get(tx, call, id).await?;
    of(tx, row).await
}

/// Every installation, the oldest first.
pub async fn list(tx: &mut Tx, call: &Call) -> Result<Vec<Installed>, Refusal> {
    call.require(Permission::PluginsRead)?;
    let mut found = Vec::new();
    for row in store::all(tx).await? {
        found.push(of(tx, row).await?);
    }
    Ok(found)
}

/// The same of a row that the caller has just changed.
pub async fn of(tx: &mut Tx, row: Installation) -> Result<Installed, Refusal> {
    let version = plugins::version(tx, row.version_id).await?;
    let version = version.ok_or_else(|| Refusal::not_found("plugin version", row.version_id))?;
    let manifest = installations::manifest(&version)?;
    let set = store::secrets(tx, row.id).await?;
    let wanted = manifest.wants.secrets.iter().map(|want| want.name.clone());
    let secrets = wanted.map(|name| (name.clone(), set.iter().any(|secret| secret.name == name))).collect();
    let mut pending = None;
    if let Some(waiting) = row.pending_version_id {
        let waiting = installations::version(tx, waiting).await?;
        let more = more(&manifest, &installations::manifest(&waiting)?, &row.settings.0);
        pending = Some((waiting.version, more));
    }
    let previous = match row.previous_version_id {
        Some(previous) => Some(installations::version(tx, previous).await?.version),
        None => None,
    };
    let hosts = hosts::readiness(tx, row.version_id).await?;
    let requested = wishes(&manifest, &row.settings.0);
    Ok(Installed { requested, row, secrets, hosts, manifest, pending, previous })
}

fn wishes(manifest: &Manifest, settings: &Settings) -> Vec<Requested> {
    let grantable: Vec<String> = requested(manifest, settings).iter().map(ToString::to_string).collect();
    let limits = manifest.limits.as_ref().map(|limits| Wish {
        grant: Grant::Limits.to_string(),
        words: Texts {
            zh_cn: "一次调用中使用比其他插件更多的内存或时间".to_owned(),
            en: "use more memory or time in a call than others".to_owned(),
        },
        reason: limits.reason.clone(),
    });
    let request = |wish: Wish| Requested {
        grant: grant(&wish.grant, settings).filter(|grant| grantable.contains(grant)),
        words: wish.words,
        reason: wish.reason,
    };
    manifest.wishes().into_iter().chain(limits).map(request).collect()
}

/// A wish's grant in its one form, with the host of the setting that it names.
pub(super) fn grant(wish: &str, settings: &Settings) -> Option<String> {
    let address = wish.strip_prefix("mail:{").and_then(|rest| rest.strip_suffix('}'));
    if let Some(name) = address {
        return sender(settings.get(name)?.as_str()?).map(|address| Grant::Mail(address).to_string());
    }
    let setting = wish.strip_prefix("http:{").and_then(|rest| rest.strip_suffix('}'));
    let grant = match setting {
        Some(name) => {
            let address = settings.get(name)?.as_str()?;
            Grant::Http(Host::of(&reqwest::Url::parse(address).ok()?)?)
        }
        None => wish.parse().ok()?,
    };
    Some(grant.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wish_is_named_as_it_is_granted() {
        let settings =
            json!({"server": "https://Bot.Example.com/x", "other": 7, "from": "Service@Example.com"});
        let settings = settings.as_object().unwrap();
        assert_eq!(grant("http:{server}", settings).as_deref(), Some("http:bot.example.com"));
        assert_eq!(grant("http:{missing}", settings), None);
        assert_eq!(grant("http:{other}", settings), None);
        assert_eq!(grant("http:API.example.com", settings).as_deref(), Some("http:api.example.com"));
        assert_eq!(grant("mail:{from}", settings).as_deref(), Some("mail:service@example.com"));
        assert_eq!(grant("mail:{missing}", settings), None);
        assert_eq!(grant("kv", settings).as_deref(), Some("kv"));
    }
}
