//! What a plugin can do: one ability for each interface of the contract that a guest may export.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ability, known by the interface that the component exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ability {
    /// Receives webhooks.
    Channel,
    /// Sends messages.
    ChannelSend,
    /// Asks a provider for messages.
    ChannelPoll,
    /// Finds the files that a provider keeps.
    ChannelMedia,
    /// Says what a message is about.
    Triage,
    /// Chooses who takes a ticket.
    Assignment,
    /// Scores customers.
    Scoring,
    /// Asks customers how it went.
    Survey,
    /// Joins a partner's system.
    Partner,
    /// Knows a kind of identity.
    Identity,
    /// Takes notifications to people.
    Messenger,
    /// Reacts to events.
    Hooks,
    /// Runs at set times.
    Schedule,
    /// Draws a block on a page.
    Panel,
    /// Offers functions to automations and assistants.
    Tools,
}

impl Ability {
    /// Every ability, in the order they are shown.
    pub const ALL: [Self; 15] = [
        Self::Channel,
        Self::ChannelSend,
        Self::ChannelPoll,
        Self::ChannelMedia,
        Self::Triage,
        Self::Assignment,
        Self::Scoring,
        Self::Survey,
        Self::Partner,
        Self::Identity,
        Self::Messenger,
        Self::Hooks,
        Self::Schedule,
        Self::Panel,
        Self::Tools,
    ];

    /// The interface's name in `hospes:plugin`, for example `channel-send`.
    pub const fn interface(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::ChannelSend => "channel-send",
            Self::ChannelPoll => "channel-poll",
            Self::ChannelMedia => "channel-media",
            Self::Triage => "triage",
            Self::Assignment => "assignment",
            Self::Scoring => "scoring",
            Self::Survey => "survey",
            Self::Partner => "partner",
            Self::Identity => "identity",
            Self::Messenger => "messenger",
            Self::Hooks => "hooks",
            Self::Schedule => "schedule",
            Self::Panel => "panel",
            Self::Tools => "tools",
        }
    }

    /// What it is, for a person: completes "This plugin ...".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Channel => "receives messages by webhook",
            Self::ChannelSend => "sends messages",
            Self::ChannelPoll => "fetches messages from time to time",
            Self::ChannelMedia => "finds the files that come with messages",
            Self::Triage => "says what a message is about",
            Self::Assignment => "chooses who takes a ticket",
            Self::Scoring => "scores customers",
            Self::Survey => "asks customers how it went",
            Self::Partner => "joins a partner's system",
            Self::Identity => "knows a kind of identity",
            Self::Messenger => "takes notifications to people who work here",
            Self::Hooks => "reacts to events",
            Self::Schedule => "runs at set times",
            Self::Panel => "shows a panel",
            Self::Tools => "offers tools",
        }
    }

    /// The ability whose interface has this name, if there is one.
    pub fn from_interface(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ability| ability.interface() == name)
    }
}

impl fmt::Display for Ability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.interface())
    }
}
