//! What a plugin asks for, beside what its installation has: grants, secrets, and the settings that grants depend on.

use crate::ops::refusal::Refusal;
use crate::plugins::grants::grant::{Host, sender};
use crate::plugins::grants::secret_use::SecretUse;
use crate::plugins::package::manifest::{Manifest, RequestedGrant, Texts};
use crate::plugins::{EffectiveSettings, Grant};

/// One thing that an installation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// What to grant; none while the setting that it depends on holds no address.
    pub grant: Option<Grant>,
    /// The setting that has to hold an address before this can be granted.
    pub waits_for: Option<String>,
    /// Whether it is granted.
    pub given: bool,
    /// What it means, in plain words.
    pub words: Texts,
    /// Why, for the operator.
    pub reason: Texts,
}

/// Something that keeps an installation from working as its plugin means it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What kind of thing is missing: `grant-missing`, `secret-missing`, `setting-missing`.
    pub code: &'static str,
    /// What is missing, in plain words.
    pub words: Texts,
    /// The command that mends it.
    pub command: String,
}

/// Everything that a manifest asks for, in the order of its reference, and whether it is among what is held.
pub fn requests(manifest: &Manifest, settings: &EffectiveSettings, held: &[String]) -> Vec<Requested> {
    let limits = manifest.limits.as_ref().map(|limits| RequestedGrant {
        grant: Grant::Limits.to_string(),
        words: Texts {
            zh_cn: "一次调用中使用比其他插件更多的内存或时间".to_owned(),
            en: "use more memory or time in a call than others".to_owned(),
        },
        reason: limits.reason.clone(),
    });
    let request = |requested: RequestedGrant| {
        let grant = resolve(&requested.grant, settings);
        let waits_for = if grant.is_none() { setting_of(&requested.grant).map(str::to_owned) } else { None };
        let given = grant.as_ref().is_some_and(|grant| covered(held, grant));
        Requested { grant, waits_for, given, words: requested.words, reason: requested.reason }
    };
    manifest.requested_grants().into_iter().chain(limits).map(request).collect()
}

/// What an installation of this name lacks.
pub fn warnings(name: &str, requested: &[Requested], secrets: &[(String, bool)]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for request in requested.iter().filter(|request| !request.given) {
        let Requested { grant, waits_for, words, .. } = request;
        if let Some(grant) = grant {
            warnings.push(Warning {
                code: "grant-missing",
                words: Texts {
                    zh_cn: format!("未授权：{}", words.zh_cn),
                    en: format!("not granted: {}", words.en),
                },
                command: format!("hospes plugin grant {name} {grant}"),
            });
        } else if let Some(setting) = waits_for {
            warnings.push(Warning {
                code: "setting-missing",
                words: Texts {
                    zh_cn: format!("未授权：{}；设置“{setting}”中还没有地址", words.zh_cn),
                    en: format!("not granted: {}: the setting `{setting}` holds no address", words.en),
                },
                command: format!(
                    "hospes plugin configure {name} --set {setting}=..., then: hospes plugin grant {name} --requested"
                ),
            });
        }
    }
    for (secret, _) in secrets.iter().filter(|(_, set)| !set) {
        warnings.push(Warning {
            code: "secret-missing",
            words: Texts {
                zh_cn: format!("密钥“{secret}”尚未设置"),
                en: format!("the secret `{secret}` isn't set"),
            },
            command: format!("hospes plugin configure {name} --secret {secret}"),
        });
    }
    warnings
}

/// The grant that a manifest's request comes to; none while the setting that it names holds no address.
pub(super) fn resolve(requested: &str, settings: &EffectiveSettings) -> Option<Grant> {
    let Some(setting) = setting_of(requested) else { return requested.parse().ok() };
    let address = settings.get(setting)?.as_str()?;
    if requested.starts_with("mail:") {
        return sender(address).map(Grant::Mail);
    }
    Host::of(&reqwest::Url::parse(address).ok()?).map(Grant::Http)
}

/// The setting in `http:{setting}` and `mail:{setting}`.
fn setting_of(requested: &str) -> Option<&str> {
    let rest = requested.strip_prefix("mail:{").or_else(|| requested.strip_prefix("http:{"))?;
    rest.strip_suffix('}')
}

/// Whether a grant is among these, itself or by a wider one.
pub(super) fn covered(held: &[String], grant: &Grant) -> bool {
    held.iter().any(|held| held.parse::<Grant>().is_ok_and(|held| held.covers(grant)))
}

/// What an operator grants.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Granting {
    /// All that the manifest asks for.
    Requested,
    /// These and no others.
    These(Vec<String>),
}

/// What is granted from then on: nothing that is neither asked for nor held already. Something narrower than what is
/// asked for may be granted, as the text of a denial names it.
pub(super) fn given(
    manifest: &Manifest,
    wanted: &[Grant],
    held: &[String],
    granting: &Granting,
) -> Result<Vec<String>, Refusal> {
    let mut given: Vec<String> = Vec::new();
    let these = match granting {
        Granting::Requested => {
            given.extend(wanted.iter().map(ToString::to_string));
            &[]
        }
        Granting::These(these) => these.as_slice(),
    };
    for (index, text) in these.iter().enumerate() {
        // What another version was granted stays, and does nothing while the one in use doesn't ask for it.
        if held.contains(text) {
            given.push(text.clone());
            continue;
        }
        let uses = uses_of(text, wanted);
        if !uses.is_empty() {
            given.extend(uses);
            continue;
        }
        let invalid = |detail: String| Refusal::invalid(format!("/grants/{index}"), detail);
        let grant = text.parse::<Grant>().map_err(|error| invalid(error.to_string()))?;
        if !wanted.iter().any(|wanted| wanted.covers(&grant)) {
            let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let detail =
                format!("{} doesn't ask for {text:?}; it asks for: {}", manifest.id, wanted.join(", "));
            return Err(invalid(detail));
        }
        given.push(grant.to_string());
    }
    let mut seen = std::collections::HashSet::new();
    given.retain(|grant| seen.insert(grant.clone()));
    Ok(given)
}

/// What `secrets:NAME` stands for when it is granted: the uses of the secret that are asked for, but to see its text.
fn uses_of(text: &str, wanted: &[Grant]) -> Vec<String> {
    let Some(named) = text.strip_prefix("secrets:") else { return Vec::new() };
    let of = |grant: &&Grant| match grant {
        Grant::Secret { name, usage } => name == named && *usage != SecretUse::Reveal,
        _ => false,
    };
    wanted.iter().filter(of).map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn manifest() -> Manifest {
        let reason = json!({"zh-CN": "x", "en": "x"});
        let text = |default: Value| json!({"type": "string", "default": default});
        let manifest = json!({
            "id": "a-b", "version": "0.1.0", "contract": "0.1", "license": "MIT", "name": reason, "summary": reason,
            "wants": {
                "http": [
                    {"setting": "api-url", "methods": ["POST"], "paths": ["/*"], "reason": reason},
                    {"setting": "base-url", "methods": ["POST"], "paths": ["/*"], "reason": reason},
                    {"host": "*.example.com", "methods": ["POST"], "paths": ["/*"], "reason": reason},
                ],
                "mail": {"setting": "from", "reason": reason},
                "kv": {"bytes": 10, "reason": reason},
            },
            "settings": {"type": "object", "additionalProperties": false, "properties": {
                "api-url": text(json!("https://API.example.org")), "base-url": text(json!("")),
                "from": text(json!("Service@Example.com")),
            }},
        });
        Manifest::from_json(manifest.to_string().as_bytes()).unwrap()
    }

    fn settings(set: &Value) -> EffectiveSettings {
        EffectiveSettings::of(&manifest(), set.as_object().unwrap())
    }

    fn wanted() -> Vec<Grant> {
        crate::plugins::installation::all_grants(&manifest(), &settings(&json!({})))
    }

    #[test]
    fn a_default_of_a_setting_counts_and_one_without_an_address_is_named() {
        let requested = requests(&manifest(), &settings(&json!({})), &["kv".to_owned()]);
        let shown: Vec<_> = requested
            .iter()
            .map(|request| {
                (request.grant.as_ref().map(ToString::to_string), request.waits_for.clone(), request.given)
            })
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            shown,
            [
                (some("http:api.example.org"), None, false),
                (None, some("base-url"), false),
                (some("http:*.example.com"), None, false),
                (some("kv"), None, true),
                (some("mail:service@example.com"), None, false),
            ]
        );
        let set = requests(&manifest(), &settings(&json!({"base-url": "https://erp.example.net/x"})), &[]);
        assert_eq!(set[1].grant.as_ref().unwrap().to_string(), "http:erp.example.net");
    }

    #[test]
    fn each_thing_that_is_missing_comes_with_its_command() {
        let requested = requests(&manifest(), &settings(&json!({})), &["kv".to_owned()]);
        let secrets = [("token".to_owned(), false), ("other".to_owned(), true)];
        let warnings = warnings("bot", &requested, &secrets);
        let commands: Vec<&str> = warnings.iter().map(|warning| warning.command.as_str()).collect();
        assert_eq!(commands[0], "hospes plugin grant bot http:api.example.org");
        assert!(commands[1].starts_with("hospes plugin configure bot --set base-url="), "{commands:?}");
        assert_eq!(commands[4], "hospes plugin configure bot --secret token");
        assert_eq!(commands.len(), 5);
    }

    #[test]
    fn what_is_narrower_than_asked_for_is_granted_in_its_one_form() {
        let these =
            |grants: &[&str]| Granting::These(grants.iter().map(|grant| (*grant).to_owned()).collect());
        let given = |granting: &Granting| {
            given(&manifest(), &wanted(), &["http:old.example.net".to_owned()], granting)
        };
        assert_eq!(
            given(&these(&["http:API.example.com", "kv", "kv", "http:old.example.net"])).unwrap(),
            ["http:api.example.com", "kv", "http:old.example.net"]
        );
        for (stranger, problem) in [("http:evil.example.net", "doesn't ask for"), ("disk", "is no grant")] {
            let refused = given(&these(&["kv", stranger])).unwrap_err().to_string();
            assert!(refused.contains(problem), "{refused}");
        }
    }
}
