//! What a component offers, found by looking at it: any combination of the contract's interfaces.

mod assignment;
mod channel;
pub(super) mod channel_media;
mod channel_poll;
mod channel_send;
mod hooks;
mod identity;
mod messenger;
mod panel;
mod partner;
mod schedule;
mod scoring;
mod survey;
mod tools;
mod triage;

use wasmtime::component::{Component, Instance, InstancePre};
use wasmtime::{AsContextMut, Result};

use super::bindings::exports::hospes::plugin as guest;
use super::engine::state::CallState;
use super::grants::ability::Ability;

/// The version under which the contract's interfaces are looked for.
const VERSION: &str = "0.1.0";

macro_rules! exports {
    ($($field:ident: $ability:ident,)+) => {
        /// The interfaces that a component exports, ready to be called.
        #[derive(Clone)]
        pub(super) struct Exports {
            $(pub $field: Option<guest::$field::GuestIndices>,)+
        }

        impl Exports {
            /// Looks at a component. An interface that is there but lacks a function is an error.
            pub fn of(pre: &InstancePre<CallState>) -> Result<Self> {
                Ok(Self {$(
                    $field: if has(pre.component(), Ability::$ability) {
                        Some(guest::$field::GuestIndices::new(pre)?)
                    } else {
                        None
                    },
                )+})
            }

            /// Whether the interface is there.
            pub fn offer(&self, ability: Ability) -> bool {
                match ability {
                    $(Ability::$ability => self.$field.is_some(),)+
                }
            }

            /// Compares the types of every function that is there with the contract's.
            pub fn check_types(&self, mut store: impl AsContextMut, instance: &Instance) -> Result<()> {
                $(
                    if let Some(indices) = &self.$field {
                        indices.load(&mut store, instance)?;
                    }
                )+
                Ok(())
            }
        }
    };
}

exports! {
    channel: Channel,
    channel_send: ChannelSend,
    channel_poll: ChannelPoll,
    channel_media: ChannelMedia,
    triage: Triage,
    assignment: Assignment,
    scoring: Scoring,
    survey: Survey,
    partner: Partner,
    identity: Identity,
    messenger: Messenger,
    hooks: Hooks,
    schedule: Schedule,
    panel: Panel,
    tools: Tools,
}

/// The full name of an interface of the contract.
pub(super) fn full_name(interface: &str) -> String {
    format!("hospes:plugin/{interface}@{VERSION}")
}

fn has(component: &Component, ability: Ability) -> bool {
    component.get_export_index(None, full_name(ability.interface())).is_some()
}
