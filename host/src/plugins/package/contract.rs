//! The contract's text, which the binary carries so that it can package plugins anywhere.

use crate::plugins::grants::ability::Ability;
use wit_parser::{Resolve, SourceMap, WorldId};

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../wit/hospes-0.1/", $name)))),*]
    };
}

/// Every file of `hospes:plugin@0.1.0`.
const FILES: &[(&str, &str)] = files! {
    "assignment.wit" "attachments.wit" "channel.wit" "channel-media.wit" "channel-poll.wit" "channel-send.wit"
    "clock.wit" "config.wit" "hooks.wit" "host.wit" "http.wit" "identity.wit" "kv.wit" "log.wit" "mail.wit"
    "messenger.wit" "panel.wit" "partner.wit" "random.wit" "records.wit" "schedule.wit" "scoring.wit" "secrets.wit"
    "survey.wit" "tools.wit" "triage.wit" "types.wit" "worlds.wit"
};

/// The interfaces of the world `host`, and those that only lend their types: a component that polls imports
/// `channel` for the type of a message.
pub(super) const OFFERED: [&str; 12] = [
    "types",
    "log",
    "clock",
    "random",
    "config",
    "secrets",
    "kv",
    "http",
    "mail",
    "records",
    "attachments",
    "channel",
];

/// Every file of the contract, by its name.
pub fn contract() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// The contract's files with one more, whose world `composed` imports all the host offers and exports exactly these
/// abilities.
pub fn texts_of(abilities: &[Ability]) -> Vec<(&'static str, String)> {
    texts_with(&composed(abilities))
}

/// The contract with that world. An error means that the contract's own text is broken.
pub fn world_of(abilities: &[Ability]) -> anyhow::Result<(Resolve, WorldId)> {
    world(&composed(abilities), "composed")
}

/// The contract with a world that stands in the text, and that world by its name.
pub(super) fn world(text: &str, name: &str) -> anyhow::Result<(Resolve, WorldId)> {
    let mut sources = SourceMap::new();
    for (name, text) in texts_with(text) {
        sources.push_str(name, text);
    }
    let mut resolve = Resolve::new();
    let group = sources.parse().map_err(|(_, error)| error)?;
    let package = resolve.push_group(group)?;
    let world = resolve.select_world(&[package], Some(name))?;
    Ok((resolve, world))
}

fn composed(abilities: &[Ability]) -> String {
    let exports: String = abilities.iter().map(|ability| format!("export {ability}; ")).collect();
    format!("world composed {{ include host; {exports}}}")
}

fn texts_with(world: &str) -> Vec<(&'static str, String)> {
    let own = FILES.iter().map(|(name, text)| (*name, (*text).to_owned()));
    own.chain([("composed.wit", format!("package hospes:plugin@0.1.0; {world}"))]).collect()
}
