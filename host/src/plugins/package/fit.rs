//! Whether a component goes together with this host's contract and with its own manifest.

use super::PackageError;
use super::contract::OFFERED;
use super::manifest::{CONTRACT, Manifest};
use crate::plugins::grants::ability::Ability;

/// The WASI packages that toolchains import whether the plugin uses them or not; the host answers them out of the call.
const BASELINE_WASI: [&str; 6] =
    ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/", "wasi:sockets/"];

/// One thing that doesn't go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is made for another version of the contract.
    #[error(
        "`{0}` is of another version of the contract; this host speaks {CONTRACT}: build against wit/hospes-{CONTRACT}"
    )]
    OtherContract(String),
    /// It needs something that nobody gives.
    #[error(
        "it imports `{0}`, which the host doesn't offer; leave it out, or, if the toolchain brings it in, build \
         for wasm32-unknown-unknown or with WASI stubbed out"
    )]
    NotOffered(String),
    /// It can't do anything.
    #[error(
        "it exports none of the contract's interfaces; export one, for example `hospes:plugin/channel@0.1.0` \
         (in Rust: `hospes_sdk::export!(Type: channel)`)"
    )]
    NoAbility,
    /// It exports an interface that the contract doesn't have.
    #[error("it exports `{0}`, which isn't in the contract; check the spelling")]
    NoSuchAbility(String),
    /// It can do what its manifest says nothing of.
    #[error("it exports `{ability}`, of which {key} in its plugin.toml says nothing; add it")]
    Undeclared {
        /// What it exports.
        ability: Ability,
        /// The key that is missing from the manifest.
        key: &'static str,
    },
    /// Its manifest promises what it can't do.
    #[error(
        "{key} in its plugin.toml is for `{ability}`, which it doesn't export; export it, or take that out"
    )]
    Unexported {
        /// What it doesn't export.
        ability: Ability,
        /// The key that promises it.
        key: &'static str,
    },
}

/// An interface of the contract in an import's or export's name: `Some(Ok(name))`, `Some(Err(_))` when it
/// is of another version, `None` when it is none of ours.
pub(super) fn interface(name: &str) -> Option<Result<&str, Unfit>> {
    let (interface, version) = name.strip_prefix("hospes:plugin/")?.split_once('@').unwrap_or((name, ""));
    let ours = version.strip_prefix(CONTRACT).is_some_and(|rest| rest.starts_with('.'));
    Some(if ours { Ok(interface) } else { Err(Unfit::OtherContract(name.to_owned())) })
}

/// The abilities among a component's exports, in their own order. Exports that aren't the contract's are
/// none of our business.
pub(super) fn abilities(exports: &[&str]) -> Result<Vec<Ability>, PackageError> {
    let mut found = Vec::new();
    let mut unfit = Vec::new();
    for name in exports {
        match interface(name) {
            None => {}
            Some(Err(other)) => unfit.push(other),
            Some(Ok(interface)) => match Ability::from_interface(interface) {
                Some(ability) => found.push(ability),
                None => unfit.push(Unfit::NoSuchAbility((*name).to_owned())),
            },
        }
    }
    found.sort_unstable();
    found.dedup();
    unfit.dedup();
    if found.is_empty() && unfit.is_empty() {
        unfit.push(Unfit::NoAbility);
    }
    if unfit.is_empty() { Ok(found) } else { Err(PackageError::Unfit(unfit)) }
}

/// What is wrong with an import regardless of any manifest.
pub(super) fn import(name: &str) -> Option<Unfit> {
    match interface(name) {
        Some(Ok(interface)) if OFFERED.contains(&interface) => None,
        Some(Err(other)) => Some(other),
        None if BASELINE_WASI.iter().any(|package| name.starts_with(package)) => None,
        _ => Some(Unfit::NotOffered(name.to_owned())),
    }
}

/// Checks imports against host and manifest, and abilities against the manifest.
pub(super) fn check(
    manifest: &Manifest,
    abilities: &[Ability],
    imports: &[&str],
) -> Result<(), PackageError> {
    let mut unfit: Vec<_> = imports.iter().filter_map(|name| import(name)).collect();
    if !manifest.abilities.is_empty() {
        let key = "abilities";
        let missing = manifest.abilities.iter().filter(|ability| !abilities.contains(ability));
        unfit.extend(missing.map(|ability| Unfit::Unexported { ability: *ability, key }));
        let unnamed = abilities.iter().filter(|ability| !manifest.abilities.contains(ability));
        unfit.extend(unnamed.map(|ability| Unfit::Undeclared { ability: *ability, key }));
    }
    for (key, present, needed_by, shown_by) in facts(manifest) {
        let shown = shown_by.iter().any(|ability| abilities.contains(ability));
        if let Some(ability) = needed_by.iter().find(|ability| abilities.contains(ability) && !present) {
            unfit.push(Unfit::Undeclared { ability: *ability, key });
        } else if present && !shown {
            unfit.push(Unfit::Unexported { ability: shown_by[0], key });
        }
    }
    if unfit.is_empty() { Ok(()) } else { Err(PackageError::Unfit(unfit)) }
}

/// The imports that a manifest asks for nothing of, with the key under which it would. Toolchains of dynamic languages
/// import every interface of their world, so that is no fault: each of their functions answers with the denial.
pub(super) fn unwanted<'a>(
    manifest: &Manifest,
    imports: impl Iterator<Item = &'a str>,
) -> Vec<(&'a str, &'static str)> {
    let known = imports.filter_map(|name| interface(name)?.ok());
    known.filter_map(|name| missing_want(manifest, name).map(|key| (name, key))).collect()
}

/// The key under which a manifest would have to ask for an interface, if it doesn't.
fn missing_want(manifest: &Manifest, interface: &str) -> Option<&'static str> {
    let wants = &manifest.wants;
    let (wanted, key) = match interface {
        "http" => (!wants.http.is_empty(), "[[wants.http]]"),
        "secrets" => (!wants.secrets.is_empty(), "[[wants.secrets]]"),
        "kv" => (wants.kv.is_some(), "[wants.kv]"),
        "records" | "attachments" => (!wants.records.is_empty(), "[[wants.records]]"),
        "mail" => (wants.mail.is_some(), "[wants.mail]"),
        _ => return None,
    };
    (!wanted).then_some(key)
}

type Fact = (&'static str, bool, &'static [Ability], &'static [Ability]);

/// The parts of a manifest that belong to abilities: their key, whether they are there, the abilities that
/// need them, and the abilities of which one has to be there when they are.
fn facts(manifest: &Manifest) -> [Fact; 6] {
    use Ability::{Channel, ChannelMedia, ChannelPoll, ChannelSend, Hooks, Panel, Schedule, Scoring, Tools};
    const CHANNELS: &[Ability] = &[Channel, ChannelSend, ChannelPoll, ChannelMedia];
    [
        ("[channel]", manifest.channel.is_some(), CHANNELS, CHANNELS),
        (
            "poll-seconds of [channel]",
            manifest.channel.as_ref().is_some_and(|channel| channel.poll_seconds.is_some()),
            &[ChannelPoll],
            &[ChannelPoll],
        ),
        ("[panel]", manifest.panel.is_some(), &[Panel], &[Panel]),
        ("events", !manifest.events.is_empty(), &[Hooks], &[Hooks, Scoring]),
        ("[[schedule]]", !manifest.schedule.is_empty(), &[Schedule], &[Schedule]),
        ("[[tools]]", !manifest.tools.is_empty(), &[Tools], &[Tools]),
    ]
}
