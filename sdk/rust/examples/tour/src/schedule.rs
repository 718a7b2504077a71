//! `schedule`: every morning the staff gets a mail, and vouchers that have expired go.

use hospes_sdk::records::{Comparison, Condition, Query};
use hospes_sdk::{Error, Schedule, Timestamp, config, kv, log, mail, records};

use crate::Radwerk;
use crate::shop::staff_is_chinese;
use crate::voucher::{PREFIX, Voucher};

impl Schedule for Radwerk {
    /// `due` may lie a little back, where no host ran: what is counted from a time is counted from it, not from now.
    fn run(name: String, due: Timestamp) -> Result<(), Error> {
        if name != "morning" {
            return Err(Error::not_found(format!("There is no {name:?} in the manifest.")));
        }
        let vouchers = drop_expired(due)?;
        let open = open_tickets()?;
        let to = config::text("mail-to").unwrap_or_default();
        if to.is_empty() {
            log::info("no mail is sent: the setting mail-to is empty");
            return Ok(());
        }
        let (subject, text) = match staff_is_chinese() {
            true => ("轮行：早上好", format!("待办工单：{open} 张\n有效代金券：{vouchers} 张\n")),
            false => {
                ("Radwerk: good morning", format!("Open tickets: {open}\nVouchers in use: {vouchers}\n"))
            }
        };
        mail::send(&mail::Message {
            sender: config::text("mail-from").unwrap_or_default(),
            recipients: vec![to],
            subject: subject.into(),
            text,
            html: String::new(),
            headers: Vec::new(),
            attachments: Vec::new(),
        })?;
        Ok(())
    }
}

/// Deletes what no longer counts or can't be read, and says how many are left.
fn drop_expired(now: Timestamp) -> Result<usize, Error> {
    let mut left = 0;
    let mut last = None;
    loop {
        let keys = kv::list_keys(PREFIX, last.as_deref(), 100)?;
        for key in &keys {
            match kv::json::<Voucher>(key) {
                Ok(Some(voucher)) if voucher.until > now => left += 1,
                _ => kv::delete(key)?,
            }
        }
        last = keys.last().cloned();
        if last.is_none() {
            return Ok(left);
        }
    }
}

/// How many tickets wait, page by page.
fn open_tickets() -> Result<usize, Error> {
    let (mut count, mut cursor) = (0, None);
    loop {
        let page = records::find(&Query {
            kind: "ticket".into(),
            conditions: vec![Condition {
                field: "status".into(),
                comparison: Comparison::NotEqual,
                value: "resolved".into(),
            }],
            limit: 200,
            cursor,
        })?;
        count += page.items.len();
        cursor = page.next;
        if cursor.is_none() {
            return Ok(count);
        }
    }
}
