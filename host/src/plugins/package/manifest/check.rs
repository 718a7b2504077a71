//! What a manifest has to be beyond its form. Every problem is found in one go, so that an author mends
//! them in one go.

use super::form::{is_event, is_host, is_id, is_name};
use super::{CONTRACT, HttpWant, Manifest, Texts, bounds, schema};
use crate::domain::catalogue::{self, Record as _};
use crate::domain::clock::Timestamp;
use crate::domain::cron::Cron;
use crate::domain::custom_field::COLUMN;
use crate::domain::declared::DeclaredKind;
use crate::domain::panel::Place;
use crate::plugins::grants::grant::sender;
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;

/// The most that a plugin can want to keep, in bytes: a call holds what it reads of it in the host's memory.
const MOST_KEPT: u64 = 16 << 20;

/// Why a manifest can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is longer than any plugin has to be.
    #[error("the manifest has {bytes} bytes; {most} are allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        most: usize,
    },
    /// It isn't TOML or JSON, or a key is unknown, missing or of the wrong type; the text says where.
    #[error("the manifest can't be read: {0}")]
    Syntax(String),
    /// It can be read, but values don't make sense.
    #[error("the manifest has {} to mend:{}", count(.0), list(.0))]
    Invalid(Vec<Problem>),
}

/// One value that doesn't make sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands: `wants.http[0].host`.
    pub key: String,
    /// What stands there.
    pub value: String,
    /// What to write instead.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is `{}`: {}", self.key, self.value, self.remedy)
    }
}

fn count(problems: &[Problem]) -> String {
    match problems.len() {
        1 => "one thing".to_owned(),
        count => format!("{count} things"),
    }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

/// The problems found so far.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

/// Problems that are listed; whoever has mended them is told the rest.
const MOST_PROBLEMS: usize = 50;
/// Bytes of a value that are shown.
const LONGEST_VALUE: usize = 200;

impl Problems {
    pub(super) fn add(
        &mut self,
        key: impl Into<String>,
        value: impl fmt::Display,
        remedy: impl Into<String>,
    ) {
        if self.0.len() < MOST_PROBLEMS {
            let mut value = value.to_string();
            let shown = value.floor_char_boundary(LONGEST_VALUE);
            if shown < value.len() {
                value.truncate(shown);
                value.push('…');
            }
            self.0.push(Problem { key: key.into(), value, remedy: remedy.into() });
        }
    }

    fn expect(&mut self, good: bool, key: impl Into<String>, value: impl fmt::Display, remedy: &str) {
        if !good {
            self.add(key, value, remedy);
        }
    }

    /// A text that people read has to be there in both languages.
    fn texts(&mut self, key: &str, texts: &Texts) {
        for (language, text) in [("zh-CN", &texts.zh_cn), ("en", &texts.en)] {
            let remedy = "write a sentence that a person can read, in this language";
            self.expect(!text.trim().is_empty(), format!("{key}.{language}"), text, remedy);
        }
    }

    /// Things that are found by name have to have different ones.
    fn distinct<'a>(&mut self, key: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = HashSet::new();
        for name in names {
            self.expect(seen.insert(name), key, name, "it stands here twice; keep one or rename the other");
        }
    }

    fn names(&mut self, key: &str, names: &[String]) {
        for (index, name) in names.iter().enumerate() {
            let remedy = "use the field's name, in snake_case; of one that a company has added, custom.NAME";
            let added = name.split_once('.').and_then(|(of, added)| (of == COLUMN).then_some(added));
            let own = added.unwrap_or(name);
            self.expect(is_name(own, b"_", 1..=60), format!("{key}[{index}]"), name, remedy);
        }
        self.distinct(key, names.iter().map(String::as_str));
    }

    /// A JSON Schema within its bounds.
    fn schema(&mut self, key: &str, schema: &Value) {
        if let Err(fault) = schema::parts(schema) {
            self.fault(key, fault);
        }
    }

    fn fault(&mut self, key: &str, fault: schema::SchemaFault) {
        let key = format!("{key}{}", fault.pointer.replace('/', "."));
        self.add(key, fault.value, fault.detail);
    }
}

impl Manifest {
    /// Checks every value; the error lists everything that has to be mended. Schemas are held to their bounds and no
    /// more is done with them.
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        let mut problems = Problems::default();
        bounds::check(self, &mut problems);
        self.check_facts(&mut problems);
        self.check_wants(&mut problems);
        self.check_offers(&mut problems);
        self.check_kinds(&mut problems);
        self.check_settings(&mut problems);
        if problems.0.is_empty() { Ok(()) } else { Err(ManifestError::Invalid(problems.0)) }
    }

    /// Checks what takes longer: that each schema can be used as it stands and its defaults obey it.
    pub(super) fn check_schemas(&self) -> Result<(), ManifestError> {
        let mut problems = Problems::default();
        let settings = self.settings.iter().map(|schema| ("settings".to_owned(), schema));
        let tools = self.tools.iter().enumerate().flat_map(|(index, tool)| {
            let key = format!("tools[{index}]");
            [(format!("{key}.arguments"), &tool.arguments), (format!("{key}.result"), &tool.result)]
        });
        for (key, schema) in settings.chain(tools) {
            if let Err(fault) = schema::check(schema) {
                problems.fault(&key, fault);
            }
        }
        if problems.0.is_empty() { Ok(()) } else { Err(ManifestError::Invalid(problems.0)) }
    }

    fn check_facts(&self, problems: &mut Problems) {
        let remedy = "use 2 to 41 characters of a-z, 0-9 and -, beginning with a letter";
        problems.expect(is_id(&self.id), "id", &self.id, remedy);
        let remedy = "use a semantic version such as 0.1.0";
        problems.expect(semver::Version::parse(&self.version).is_ok(), "version", &self.version, remedy);
        if self.contract != CONTRACT {
            let remedy =
                format!("this host speaks the contract \"{CONTRACT}\"; write that, and build against it");
            problems.add("contract", &self.contract, remedy);
        }
        let remedy = "name the licence as an SPDX expression such as Apache-2.0";
        problems.expect(!self.license.trim().is_empty(), "license", &self.license, remedy);
        problems.texts("name", &self.name);
        problems.texts("summary", &self.summary);
        if let Some(channel) = &self.channel {
            scheme(problems, "channel.scheme", &channel.scheme);
            if let Some(seconds) = channel.poll_seconds {
                let remedy = "ask every 10 to 86,400 seconds";
                problems.expect((10..=86_400).contains(&seconds), "channel.poll-seconds", seconds, remedy);
            }
        }
        if let Some(panel) = &self.panel {
            problems.expect(!panel.places.is_empty(), "panel.places", "[]", "name at least one place");
            for (index, place) in panel.places.iter().enumerate() {
                let known = place.parse::<Place>().is_ok();
                problems.expect(
                    known,
                    format!("panel.places[{index}]"),
                    place,
                    "use customer, ticket or partner",
                );
            }
        }
    }

    fn check_wants(&self, problems: &mut Problems) {
        for (index, want) in self.wants.http.iter().enumerate() {
            self.check_http(problems, &format!("wants.http[{index}]"), want);
        }
        for (index, want) in self.wants.secrets.iter().enumerate() {
            let key = format!("wants.secrets[{index}]");
            let remedy = "use 1 to 40 characters of a-z, 0-9 and -, beginning with a letter";
            problems.expect(is_name(&want.name, b"-", 1..=40), format!("{key}.name"), &want.name, remedy);
            let remedy = "say what the secret is used for, such as header, url, hmac-sha256 or equals";
            problems.expect(!want.uses.is_empty(), format!("{key}.uses"), "[]", remedy);
            problems.distinct(&format!("{key}.uses"), want.uses.iter().map(|usage| usage.word()));
            problems.texts(&format!("{key}.reason"), &want.reason);
        }
        problems.distinct("wants.secrets", self.wants.secrets.iter().map(|want| want.name.as_str()));
        for (index, want) in self.wants.records.iter().enumerate() {
            let key = format!("wants.records[{index}]");
            let remedy = "use a kind of record such as customer, or one that is declared";
            problems.expect(is_name(&want.kind, b"-_", 1..=60), format!("{key}.kind"), &want.kind, remedy);
            problems.names(&format!("{key}.read"), &want.read);
            problems.names(&format!("{key}.write"), &want.write);
            let empty = want.read.is_empty() && want.write.is_empty();
            problems.expect(!empty, &key, "no fields", "name fields to read or write, or leave the want out");
            problems.texts(&format!("{key}.reason"), &want.reason);
        }
        problems.distinct("wants.records", self.wants.records.iter().map(|want| want.kind.as_str()));
        for (index, want) in self.wants.identities.iter().enumerate() {
            scheme(problems, &format!("wants.identities[{index}].scheme"), &want.scheme);
            problems.texts(&format!("wants.identities[{index}].reason"), &want.reason);
        }
        problems.distinct("wants.identities", self.wants.identities.iter().map(|want| want.scheme.as_str()));
        if let Some(want) = &self.wants.kv {
            let remedy =
                format!("say how many bytes it needs, {MOST_KEPT} at most; keep large things elsewhere");
            problems.expect((1..=MOST_KEPT).contains(&want.bytes), "wants.kv.bytes", want.bytes, &remedy);
            problems.texts("wants.kv.reason", &want.reason);
        }
        if let Some(want) = &self.wants.mail {
            problems.expect(
                !want.senders.is_empty() || want.setting.is_some(),
                "wants.mail.senders",
                "[]",
                "name the addresses it sends from, or the `setting` that holds one",
            );
            for (index, address) in want.senders.iter().enumerate() {
                let remedy =
                    "write an address such as service@example.com, or *@example.com for any of the domain";
                problems.expect(
                    sender(address).is_some(),
                    format!("wants.mail.senders[{index}]"),
                    address,
                    remedy,
                );
            }
            if let Some(setting) = &want.setting {
                let known = self.settings.as_ref().and_then(|schema| schema.get("properties")?.get(setting));
                let remedy = "name a property of [settings] that holds the address";
                problems.expect(known.is_some(), "wants.mail.setting", setting, remedy);
            }
            problems.texts("wants.mail.reason", &want.reason);
        }
    }

    fn check_http(&self, problems: &mut Problems, key: &str, want: &HttpWant) {
        match (&want.host, &want.setting) {
            (Some(host), None) => {
                let remedy = "write a lower-case host name without scheme or path, such as api.example.com, \
                              api.example.com:8443 or *.example.com";
                problems.expect(is_host(host), format!("{key}.host"), host, remedy);
            }
            (None, Some(setting)) => {
                let known = self.settings.as_ref().and_then(|schema| schema.get("properties")?.get(setting));
                let remedy = "name a property of [settings] that holds the address";
                problems.expect(known.is_some(), format!("{key}.setting"), setting, remedy);
            }
            (Some(host), Some(setting)) => {
                let remedy = "say either `host` or `setting`, not both";
                problems.add(key, format!("{host} and {setting}"), remedy);
            }
            (None, None) => {
                problems.add(key, "without a host", "say `host`, or `setting` if the operator sets it");
            }
        }
        problems.expect(
            !want.methods.is_empty(),
            format!("{key}.methods"),
            "[]",
            "name the methods, such as POST",
        );
        for (index, method) in want.methods.iter().enumerate() {
            let good = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
            let remedy = "write the method in upper case, such as POST";
            problems.expect(good, format!("{key}.methods[{index}]"), method, remedy);
        }
        problems.expect(
            !want.paths.is_empty(),
            format!("{key}.paths"),
            "[]",
            "name the paths; \"/*\" is any",
        );
        for (index, path) in want.paths.iter().enumerate() {
            let good = path.starts_with('/') && !path.contains(['?', '#', ' ']);
            let remedy = "begin with /, without query or fragment; * stands for any characters";
            problems.expect(good, format!("{key}.paths[{index}]"), path, remedy);
        }
        problems.texts(&format!("{key}.reason"), &want.reason);
    }

    fn check_offers(&self, problems: &mut Problems) {
        for (index, event) in self.events.iter().enumerate() {
            let remedy = "write the event's name, such as ticket.resolved";
            problems.expect(is_event(event), format!("events[{index}]"), event, remedy);
        }
        problems.distinct("events", self.events.iter().map(String::as_str));
        for (index, appointment) in self.schedule.iter().enumerate() {
            let key = format!("schedule[{index}]");
            let remedy = "use a-z, 0-9 and -, beginning with a letter";
            let good = is_name(&appointment.name, b"-", 1..=40);
            problems.expect(good, format!("{key}.name"), &appointment.name, remedy);
            let never = || "this time never comes; write one that does".to_owned();
            let cron = Cron::parse(&appointment.cron, appointment.zone.as_deref());
            let comes = cron.and_then(|cron| cron.next(Timestamp::from_micros(0)).ok_or_else(never));
            if let Err(remedy) = comes {
                problems.expect(false, format!("{key}.cron"), &appointment.cron, &remedy);
            }
            problems.texts(&format!("{key}.reason"), &appointment.reason);
        }
        problems.distinct("schedule", self.schedule.iter().map(|appointment| appointment.name.as_str()));
        for (index, tool) in self.tools.iter().enumerate() {
            let key = format!("tools[{index}]");
            let remedy = "use a-z, 0-9, - and _, beginning with a letter";
            problems.expect(is_name(&tool.name, b"-_", 1..=60), format!("{key}.name"), &tool.name, remedy);
            problems.texts(&format!("{key}.summary"), &tool.summary);
            problems.schema(&format!("{key}.arguments"), &tool.arguments);
            problems.schema(&format!("{key}.result"), &tool.result);
            let kind = tool.arguments.get("type").unwrap_or(&Value::Null);
            problems.expect(
                kind == "object",
                format!("{key}.arguments.type"),
                kind,
                "arguments are an object",
            );
        }
        problems.distinct("tools", self.tools.iter().map(|tool| tool.name.as_str()));
    }

    fn check_kinds(&self, problems: &mut Problems) {
        for (index, new) in self.kinds.iter().enumerate() {
            let mut kind = DeclaredKind::blank();
            new.apply(&mut kind);
            // Which kinds there are beside these is known where the plugin is installed.
            let related: Vec<&str> =
                kind.fields.iter().filter_map(|field| field.relates_to.as_deref()).collect();
            let mut faults = catalogue::faults(&kind);
            faults.extend(kind.faults(&related));
            for fault in faults {
                let steps = fault.pointer.split('/').skip(1);
                let place =
                    steps.fold(format!("kinds[{index}]"), |place, step| match step.parse::<usize>() {
                        Ok(number) => format!("{place}[{number}]"),
                        Err(_) => format!("{place}.{step}"),
                    });
                problems.add(place, &new.name, fault.detail);
            }
        }
        problems.distinct("kinds", self.kinds.iter().map(|kind| kind.name.as_str()));
    }

    fn check_settings(&self, problems: &mut Problems) {
        if let Some(limits) = &self.limits {
            let requested_grants = [
                ("memory-mib", limits.memory_mib),
                ("cpu-ms", limits.cpu_ms),
                ("wall-ms", limits.wall_ms),
                ("request-mib", limits.request_mib),
            ];
            for (name, request) in requested_grants {
                let key = format!("limits.{name}");
                problems.expect(
                    request != Some(0),
                    key,
                    0,
                    "say how much it needs, or leave it out for the default",
                );
            }
            problems.texts("limits.reason", &limits.reason);
        }
        let Some(settings) = &self.settings else { return };
        problems.schema("settings", settings);
        let kind = settings.get("type").unwrap_or(&Value::Null);
        problems.expect(kind == "object", "settings.type", kind, "settings are an object: type = \"object\"");
        let more = settings.get("additionalProperties").unwrap_or(&Value::Null);
        let remedy = "write additionalProperties = false, so that a misspelt setting is noticed";
        problems.expect(more == false, "settings.additionalProperties", more, remedy);
    }
}

fn scheme(problems: &mut Problems, key: &str, scheme: &str) {
    let remedy = "use a scheme such as telegram or phone: a-z, 0-9, - and _, beginning with a letter";
    problems.expect(is_name(scheme, b"-_", 1..=40), key, scheme, remedy);
}
