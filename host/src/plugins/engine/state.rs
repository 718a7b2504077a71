//! What belongs to one call: the data of its store. It is made for the call and dropped with it.
//!
//! All interfaces use the call's [context](CallContext); beside it each sees the parts that are its own, by the view in
//! its file.

use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;
use wasmtime::component::ResourceTable;

use super::Ticker;
use super::data::Data;
use super::guests::GuestThreads;
use super::limits::{Exceeded, Meter};
use crate::domain::clock::Clock;
use crate::plugins::bindings::hospes::plugin::types;
use crate::plugins::effects::{LogLine, Mail};
use crate::plugins::figures::Figures;
use crate::plugins::imports::attachments::StagedFiles;
use crate::plugins::imports::clock::CallClock;
use crate::plugins::imports::http::{Traffic, Wire};
use crate::plugins::imports::kv::Overlay;
use crate::plugins::imports::log::Lines;
use crate::plugins::imports::random::Seed;
use crate::plugins::imports::records::StagedRecords;
use crate::plugins::imports::wasi::Wasi;
use crate::plugins::installation::Installation;
use crate::plugins::recordings::recording::Recording;
use crate::plugins::values;

/// What all calls share.
pub(in crate::plugins) struct Surroundings {
    /// Where keys and records are read from.
    pub data: Data,
    /// What requests go out by.
    pub wire: Wire,
    /// The host's clock.
    pub clock: Arc<dyn Clock>,
    /// What moves the epoch while calls run.
    pub ticker: Arc<Ticker>,
    /// Where calls run.
    pub guests: Arc<GuestThreads>,
    /// Whether there is a relay that mail goes out by.
    pub relay: bool,
    /// What calls' seeds are drawn from.
    pub seed_key: [u8; 32],
    /// Statistics of calls.
    pub figures: Figures,
}

/// The state of one call.
pub(in crate::plugins) struct CallState {
    pub context: CallContext,
    pub table: ResourceTable,
    pub kv: Overlay,
    pub records: StagedRecords,
    pub files: StagedFiles,
    pub mails: Vec<Mail>,
    pub traffic: Traffic,
    pub wasi: Wasi,
}

/// What every interface uses.
pub(in crate::plugins) struct CallContext {
    pub shared: Arc<Surroundings>,
    pub installation: Arc<Installation>,
    pub id: Uuid,
    pub meter: Meter,
    pub clock: CallClock,
    pub recording: Recording,
    pub seed: Seed,
    pub log: Lines,
    /// When the call's time is up.
    pub deadline: Instant,
}

impl CallContext {
    /// Ends a host call: it is counted, and the call's clock moves.
    pub fn leave<T>(&mut self, answer: T) -> T {
        self.meter.host_calls += 1;
        let now = self.recording.time(|| self.shared.clock.now());
        self.clock.move_to(now);
        answer
    }

    /// Accounts for attributes that a host call brings, before anything is made of them.
    pub fn bring(&mut self, attributes: &[types::Attribute]) -> Result<(), Exceeded> {
        self.meter.transfer(values::size(attributes))?;
        self.meter.hold(values::weight(attributes))
    }
}

impl CallState {
    /// The call's log, with what was printed.
    pub fn take_log(&mut self) -> Vec<LogLine> {
        self.wasi.log_printed(&mut self.context);
        self.context.log.take()
    }
}
