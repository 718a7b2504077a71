//! One trait for each ability a plugin may have.

use crate::bindings::exports::hospes::plugin as guest;
use crate::{
    Batch, ConversationRequest, Entity, Error, Event, HttpRequest, Identity, Inbound, Media, OutboundMessage,
    Sent, Source, Started, Table, Timestamp, assignment, identity, messenger, panel, partner, scoring,
    survey, triage,
};

/// Defines an ability's trait and makes every type that has it a guest in the generated sense, so that
/// plugins see short signatures, with defaults where an ability may be had in part.
macro_rules! ability {
    (
        $(#[$about:meta])*
        trait $name:ident: $interface:ident {
            $(
                $(#[$doc:meta])*
                fn $function:ident($($argument:ident: $type:ty),*) -> Result<$answer:ty, Error> $body:tt
            )+
        }
    ) => {
        $(#[$about])*
        pub trait $name {
            $(
                $(#[$doc])*
                fn $function($($argument: $type),*) -> Result<$answer, Error> $body
            )+
        }

        impl<T: $name> guest::$interface::Guest for T {
            $(
                fn $function($($argument: $type),*) -> Result<$answer, Error> {
                    #[cfg(all(target_arch = "wasm32", feature = "panic-log"))]
                    log_panics();
                    <T as $name>::$function($($argument),*)
                }
            )+
        }
    };
}

ability! {
    /// A channel that receives: the provider's webhook arrives at the host, the plugin says what it
    /// means.
    trait Channel: channel {
        /// Reads one request. `denied` (a forged signature) is answered 401, `invalid` 400,
        /// `not-found` 404, any other error 503, so that the provider sends it again; in none of them
        /// is anything stored.
        fn receive(request: HttpRequest) -> Result<Inbound, Error>;
    }
}

ability! {
    /// A channel that sends.
    trait ChannelSend: channel_send {
        /// Hands one message to the provider. `unavailable`, `timed-out` and errors with
        /// `retry_after_ms` are tried again; any other is final.
        fn send(message: OutboundMessage) -> Result<Sent, Error>;

        /// Opens a thread with somebody who has not written first. By default `unsupported`.
        fn start(request: ConversationRequest) -> Result<Started, Error> {
            unsupported(request, "This channel can't write first: the customer has to begin.")
        }
    }
}

ability! {
    /// A channel that has to ask for its messages; the host calls it from a timer.
    trait ChannelPoll: channel_poll {
        /// What came since the cursor; the first call has none.
        fn poll(cursor: Option<String>) -> Result<Batch, Error>;
    }
}

ability! {
    /// Gets the files that a provider keeps for us.
    trait ChannelMedia: channel_media {
        /// Turns the provider's reference into a request by which the host fetches the bytes.
        fn fetch(media: Media) -> Result<Source, Error>;
    }
}

ability! {
    /// Says what messages are about.
    trait Triage: triage {
        /// Judges each message; the verdicts stand in the order of the subjects.
        fn classify(subjects: Vec<triage::Subject>) -> Result<Vec<triage::Verdict>, Error>;
    }
}

ability! {
    /// Chooses who takes a ticket.
    trait Assignment: assignment {
        /// Chooses among the candidates, or none of them: then the host's own rule decides.
        fn choose(
            ticket: Entity,
            candidates: Vec<assignment::Candidate>
        ) -> Result<Option<assignment::Choice>, Error>;
    }
}

ability! {
    /// Scores customers.
    trait Scoring: scoring {
        /// Scores each subject. A subject may have no score, one or several.
        fn score(subjects: Vec<scoring::Subject>) -> Result<Vec<scoring::CustomerScore>, Error>;
    }
}

ability! {
    /// Asks customers how it went and reads what they answer.
    trait Survey: survey {
        /// What to ask about a resolved ticket; `None`: this one isn't asked about.
        fn compose(ticket: Entity) -> Result<Option<survey::Questionnaire>, Error>;

        /// What an answer means.
        fn read(answer: survey::Answer) -> Result<survey::Reading, Error>;
    }
}

ability! {
    /// Joins a partner's system. Whichever direction a plugin leaves out answers `unsupported`.
    trait Partner: partner {
        /// Hands shares to the partner; the receipts stand in the order of the shares.
        fn push(shares: Vec<partner::Share>) -> Result<Vec<partner::Receipt>, Error> {
            unsupported(shares, "This partner takes no shares.")
        }

        /// Answers a question such as `stock` or `order-status`.
        fn query(request: partner::QueryRequest) -> Result<Table, Error> {
            unsupported(request, "This partner answers no questions.")
        }
    }
}

ability! {
    /// Knows a kind of identity better than the host does.
    trait IdentityRules: identity {
        /// Brings each into its one canonical form, in the same order. By default they stay as they are.
        fn normalize(identities: Vec<Identity>) -> Result<Vec<Identity>, Error> {
            Ok(identities)
        }

        /// Weighs how much each pair speaks for the same person, in the same order. By default
        /// `unsupported`.
        fn compare(pairs: Vec<identity::Pair>) -> Result<Vec<identity::Evidence>, Error> {
            unsupported(pairs, "This plugin doesn't compare identities.")
        }
    }
}

ability! {
    /// Takes notifications to people who work here.
    trait Messenger: messenger {
        /// Delivers them; one without a receipt counts as delivered. A receipt's failure that is `unavailable`,
        /// `timed-out` or has `retry_after_ms` is tried again by itself.
        fn deliver(notifications: Vec<messenger::Notification>) -> Result<Vec<messenger::Receipt>, Error>;
    }
}

ability! {
    /// Reacts to events that the manifest names.
    trait Hooks: hooks {
        /// Called once for each event, in order for each subject; again after an error, eight times at
        /// most.
        fn on_event(event: Event) -> Result<(), Error>;
    }
}

ability! {
    /// Runs at times that the manifest names.
    trait Schedule: schedule {
        /// `name` is the manifest's, `due` the time it was due, which may lie a little back.
        fn run(name: String, due: Timestamp) -> Result<(), Error>;
    }
}

ability! {
    /// Contributes a block to the 360 view or the portal, as data that the host draws.
    trait Panel: panel {
        /// Draws the panel.
        fn render(context: panel::Context) -> Result<Vec<panel::Block>, Error>;

        /// Does what a pressed button says and draws the panel anew. By default `unsupported`.
        fn act(action: panel::Action) -> Result<Vec<panel::Block>, Error> {
            unsupported(action, "This panel has no buttons.")
        }
    }
}

ability! {
    /// Functions that the manifest declares with a JSON Schema.
    trait Tools: tools {
        /// `arguments` and the result are JSON text; the host checks both against the manifest.
        fn call(name: String, arguments: String) -> Result<String, Error>;
    }
}

/// The answer of a function that a plugin left out. Takes the argument only to have it used.
fn unsupported<A, T>(_argument: A, message: &str) -> Result<T, Error> {
    Err(Error::new("unsupported", message))
}

/// Has a panic write its message to the installation's log before it ends the call; otherwise the operator
/// would see nothing but a trap.
#[cfg(all(target_arch = "wasm32", feature = "panic-log"))]
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| crate::log::error(&panic.to_string())));
}
