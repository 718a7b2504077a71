//! Work notifications: one person gets them, from the application.

use std::collections::BTreeSet;

use hospes_notice::Notice;
use hospes_sdk::{Error, kv, log};
use serde_json::{Value as Json, json};

use crate::people::Person;
use crate::settings::Settings;
use crate::{answer, api, message, outcome, people};

/// Work notifications of one call.
#[derive(Debug, Default)]
pub struct Work {
    /// Whose last notification was asked about.
    asked: BTreeSet<String>,
}

impl Work {
    /// Sends one, and answers with the number of DingTalk's task.
    pub fn send(&mut self, settings: &Settings, notice: &Notice) -> Result<String, Error> {
        let agent: u64 = match settings.agent.parse() {
            Ok(agent) if !settings.app_key.is_empty() => agent,
            _ => return Err(outcome::not_set_up(notice.language)),
        };
        let person = people::find(settings, notice)?;
        if self.asked.insert(person.userid.clone()) {
            arrived(settings, agent, notice, &person)?;
        }
        let body = json!({
            "agent_id": agent,
            "userid_list": person.userid,
            "msg": message::work(notice),
        });
        match api::post(settings, "/topapi/message/corpconversation/asyncsend_v2", &body)? {
            Ok(answer) => {
                let task =
                    answer::number(&answer["task_id"]).map(|task| task.to_string()).unwrap_or_default();
                if let Err(error) = kv::set(&last(&person), task.as_bytes()) {
                    log::warn(&format!("The last task can't be remembered: {}", error.message));
                }
                Ok(task)
            }
            Err(refusal) => {
                if outcome::is_nobody(refusal.code) {
                    people::forget(&person);
                }
                Err(outcome::of_sending(&refusal, notice, &person))
            }
        }
    }
}

/// Whether the person's notification before this one arrived. DingTalk takes one first and looks for its receiver afterwards,
/// so that nobody is there by that userid is known at the next one only. What can't be asked is taken for arrived.
fn arrived(settings: &Settings, agent: u64, notice: &Notice, person: &Person) -> Result<(), Error> {
    let task = kv::get(&last(person))
        .ok()
        .flatten()
        .and_then(|task| String::from_utf8(task).ok()?.parse::<i64>().ok());
    let Some(task) = task else { return Ok(()) };
    // Asked once: what comes next is sent, whatever was answered.
    kv::delete(&last(person))?;
    let body = json!({"agent_id": agent, "task_id": task});
    let answer = api::post(settings, "/topapi/message/corpconversation/getsendresult", &body)?;
    let Ok(answer) = answer else { return Ok(()) };
    let result = &answer["send_result"];
    if holds(&result["invalid_user_id_list"], &person.userid) {
        people::forget(person);
        return Err(outcome::nobody(notice, person, "invalid_user_id_list"));
    }
    for entry in result["forbidden_list"].as_array().into_iter().flatten() {
        let code = answer::number(&entry["code"]).unwrap_or_default();
        log::warn(&format!("DingTalk withheld the task {task}: {}.", outcome::withheld(code)));
    }
    if holds(&result["failed_user_id_list"], &person.userid) {
        log::warn(&format!("DingTalk couldn't deliver the task {task}."));
    }
    Ok(())
}

fn holds(list: &Json, userid: &str) -> bool {
    let is_user = |one: &Json| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(userid));
    list.as_array().is_some_and(|list| list.iter().any(is_user))
}

/// The key under which the number of a person's last task lies.
fn last(person: &Person) -> String {
    format!("last/{}", person.userid)
}
