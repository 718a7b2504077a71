//! `hooks`: who has had a bicycle repaired gets a voucher for the next time.

use hospes_sdk::log::Level;
use hospes_sdk::{Attribute, Error, Event, Hooks, clock, kv, log, random, records, serde_json};

use crate::Radwerk;
use crate::shop::staff_is_chinese;
use crate::voucher::{PREFIX, Voucher};

const NINETY_DAYS: i64 = 90 * 86_400 * 1_000_000;

impl Hooks for Radwerk {
    fn on_event(event: Event) -> Result<(), Error> {
        // The manifest's events come to all abilities that take events; the others are for `scoring`.
        if event.kind != "ticket.resolved" {
            return Ok(());
        }
        let digits: String = random::bytes(4).iter().map(|byte| format!("{byte:02X}")).collect();
        let voucher = Voucher { code: format!("RW-{digits}"), until: clock::now() + NINETY_DAYS };
        // A ticket can be resolved twice, and two hosts can be at it at once: `swap` writes only where nothing is, and a call
        // that loses the race runs again.
        let key = format!("{PREFIX}{}", event.subject_id);
        if !kv::swap(&key, None, Some(&serde_json::to_vec(&voucher)?))? {
            return Ok(());
        }
        let text = match staff_is_chinese() {
            true => format!("代金券 {}，90 天内有效", voucher.code),
            false => format!("Voucher {}, good for 90 days", voucher.code),
        };
        // If this fails nothing is kept of the voucher either: a call is a transaction.
        records::comment(&event.subject_kind, &event.subject_id, &text)?;
        log::write(Level::Info, "a voucher was given", &[Attribute::new("ticket", event.subject_id)]);
        Ok(())
    }
}
