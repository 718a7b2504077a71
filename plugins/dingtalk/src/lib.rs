//! Notifies people who work here by DingTalk (钉钉): by work notifications, which each person gets alone
//! (<https://open.dingtalk.com/document/orgapp/asynchronous-sending-of-enterprise-session-messages>), or by a robot in a group
//! (<https://open.dingtalk.com/document/orgapp/custom-robot-access>).

mod answer;
mod api;
mod message;
mod outcome;
mod people;
mod robot;
mod settings;
mod work;

use hospes_notice::{Notice, delivery};
use hospes_sdk::Error;
use hospes_sdk::messenger::{Notification, Receipt};
use settings::{SendBy, Settings};

struct DingTalk;

impl hospes_sdk::Messenger for DingTalk {
    fn deliver(notifications: Vec<Notification>) -> Result<Vec<Receipt>, Error> {
        let settings = Settings::read();
        let mut work = work::Work::default();
        Ok(delivery::each(notifications, |notification| {
            let notice = Notice::of(notification, settings.offset);
            match settings.send_by {
                SendBy::WorkNotification => work.send(&settings, &notice),
                SendBy::GroupRobot => robot::send(&settings, &notice),
            }
        }))
    }
}

hospes_sdk::export!(DingTalk: messenger);
