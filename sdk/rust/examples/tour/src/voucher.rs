//! A voucher for the next repair, as it lies in the installation's store.

use serde::{Deserialize, Serialize};

/// The keys of all of them begin with this; a ticket's id follows.
pub const PREFIX: &str = "voucher/";

/// A voucher.
#[derive(Serialize, Deserialize)]
pub struct Voucher {
    /// What the customer shows.
    pub code: String,
    /// Until when it counts, in microseconds since 1970.
    pub until: i64,
}
