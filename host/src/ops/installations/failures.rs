//! What is kept for a plugin's operator when a call of it comes to nothing: lines in its log, and of a failure an event.

use serde_json::json;

use super::new_line;
use crate::domain::clock::Timestamp;
use crate::domain::event::{Cause, Subject};
use crate::domain::ids::{InstallationId, JobId};
use crate::domain::undeliverable::Undeliverable;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::{CallError, Installation, LogLine};
use crate::store::db::Tx;
use crate::store::installations;
use crate::store::plugin_logs::{self, NewLine};

/// Refusals of an installation that are logged one by one within a minute; of more, each tenth, hundredth and so on is.
const ONE_BY_ONE: u32 = 10;

/// Keeps what is known of a failed call: the error, the last of its log, and when the plugin itself has failed, an event
/// and whether it is left alone for a while. The failure itself goes to whoever made the call.
pub async fn note_failure(app: &App, installation: &Installation, role: &'static str, error: &CallError) {
    if !error.is_failure() {
        // The engine has logged failures; this is a refusal, or a call that couldn't be made.
        tracing::warn!(installation = %installation.name, role, %error, "a plugin's call came to nothing");
        if error.is_final() {
            note_refusal(app, installation, &format!("{role}: {error}"), error.log()).await;
        }
        return;
    }
    let mut log: Vec<NewLine> = error.log().iter().map(new_line).collect();
    log.push(host_line(app.db.now(), "error", format!("{role}: {}", first_line(error))));
    let failure = Failed {
        installation: installation.id,
        name: installation.name.clone(),
        role,
        error: error.to_string(),
        full: installation.has_logged(log.iter().map(NewLine::size).sum()),
        log,
        broken_until: installation.open_until(),
    };
    let ctx = RequestContext::system(Cause::default());
    let kept = app.commit(&ctx, failure, |tx, ctx, failure| Box::pin(keep_failure(tx, ctx, failure))).await;
    if let Err(error) = kept {
        tracing::error!(%error, "a plugin's failure could not be kept");
    }
}

/// Keeps why a call or a request was refused in the plugin's log, where its operator finds it. Whoever sends refused
/// requests without end fills no log: of many within a minute only some are kept, with their number.
pub async fn note_refusal(app: &App, installation: &Installation, text: &str, log: &[LogLine]) {
    let now = app.db.now();
    let count = installation.count_refusal(now);
    if count > ONE_BY_ONE && !is_power_of_ten(count) {
        return;
    }
    let mut lines: Vec<NewLine> = log.iter().map(new_line).collect();
    let mut line = host_line(now, "warn", text.to_owned());
    line.attributes["refusals_this_minute"] = json!(count);
    lines.push(line);
    let full = installation.has_logged(lines.iter().map(NewLine::size).sum());
    let kept = app
        .db
        .write((installation.id, lines, full), |tx, (installation, lines, full)| {
            Box::pin(async move {
                let ctx = tx.id::<JobId>().0;
                plugin_logs::append(tx, *installation, ctx, lines.clone()).await?;
                if *full { plugin_logs::cut(tx, *installation).await } else { Ok(()) }
            })
        })
        .await;
    if let Err(error) = kept {
        tracing::error!(%error, "a plugin's refusal could not be kept");
    }
}

/// What the people who answer customers read when a channel's plugin didn't send a message. What an administrator has to
/// do is in the plugin's log.
pub fn for_agents(error: &CallError) -> String {
    let reason = match error {
        CallError::Refused(guest) if guest.code != "denied" && !is_for_operators(&guest.message) => {
            return error.to_string();
        }
        CallError::Refused(_) | CallError::NotOffered { .. } => Undeliverable::NotSetUp,
        _ => Undeliverable::PluginFailed,
    };
    reason.text().to_owned()
}

/// Whether a text says what an operator has to type or to write into a file.
pub(in crate::ops) fn is_for_operators(text: &str) -> bool {
    ["hospes plugin ", "plugin.toml", "hospes.toml", "HOSPES_"].iter().any(|word| text.contains(word))
}

fn is_power_of_ten(mut number: u32) -> bool {
    while number.is_multiple_of(10) && number > 0 {
        number /= 10;
    }
    number == 1
}

/// A line that the host writes into a plugin's log.
fn host_line(at: Timestamp, level: &'static str, text: String) -> NewLine {
    NewLine { at, level, text, attributes: json!({"from": "host"}) }
}

/// The error without the tail of the log, whose lines stand beside it.
fn first_line(error: &CallError) -> String {
    error.to_string().lines().next().unwrap_or_default().trim_end_matches("; it logged last:").to_owned()
}

struct Failed {
    installation: InstallationId,
    name: String,
    role: &'static str,
    error: String,
    log: Vec<NewLine>,
    /// Whether the installation's log should be cut to its size.
    full: bool,
    broken_until: Option<Timestamp>,
}

async fn keep_failure(tx: &mut Tx, ctx: &RequestContext, failure: &Failed) -> Result<(), Refusal> {
    let id = failure.installation;
    installations::set_health(tx, id, failure.broken_until, Some(&failure.error)).await?;
    let call_id = tx.id::<JobId>().0;
    plugin_logs::append(tx, id, call_id, failure.log.clone()).await?;
    if failure.full {
        plugin_logs::cut(tx, id).await?;
    }
    let data = json!({
        "name": failure.name, "role": failure.role, "error": failure.error, "broken_until": failure.broken_until,
    });
    ctx.record(tx, "plugin.failed", Subject::of("installation", id), data).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::GuestError;

    #[test]
    fn agents_read_what_concerns_them() {
        let refused = |code: &str, message: &str| {
            CallError::Refused(GuestError {
                code: code.to_owned(),
                message: message.to_owned(),
                retry_after_ms: None,
                log: Vec::new(),
            })
        };
        assert_eq!(
            for_agents(&refused("blocked", "the user blocked the bot")),
            "blocked: the user blocked the bot"
        );
        for error in [
            refused("denied", "http to x is not granted; grant it with: hospes plugin grant bot http:x"),
            refused("failed", "sorry: grant it with: hospes plugin grant bot http:x"),
            CallError::TimedOut { after_ms: 10, tail: Vec::new() },
            CallError::NotOffered { ability: "channel-send" },
        ] {
            let shown = for_agents(&error);
            assert!(shown.contains("ask an administrator") && !shown.contains("hospes"), "{shown}");
        }
    }

    #[test]
    fn the_tenth_hundredth_and_thousandth_are_kept() {
        let kept: Vec<u32> = (0..=2_000).filter(|number| is_power_of_ten(*number)).collect();
        assert_eq!(kept, [1, 10, 100, 1_000]);
    }
}
