//! Sends people the links by which they set a password.

use super::letters;
use crate::domain::retry;
use crate::ops::accounts::password_links::{self, Link, LinkKind, Wanted};
use crate::ops::{App, Refusal};
use crate::plugins::egress::relay::{Letter, NOT_CONFIGURED, RelayError};
use crate::store::queue::Job;

/// Handles the job for one link. When the relay doesn't take the mail, the next try has a link of its own.
pub(super) async fn send(app: &App, job: &Job, wanted: Wanted) -> Result<(), Refusal> {
    let Some(link) = password_links::make(app, wanted).await? else { return app.done(job).await };
    let (Some(relay), Some(sender)) = (&app.relay, &app.mail_sender) else {
        return Err(Refusal::Unavailable { reason: NOT_CONFIGURED.to_owned(), retry_after_ms: 0 });
    };
    match relay.send(letter(app, job, wanted.kind, &link, sender)).await {
        Ok(_) => app.done(job).await,
        Err(RelayError::Later(reason)) if job.attempts < retry::ATTEMPTS => {
            Err(Refusal::Unavailable { reason, retry_after_ms: 0 })
        }
        Err(error) => {
            tracing::warn!(user = %wanted.user, %error, "a link to set a password could not be sent");
            app.done(job).await
        }
    }
}

fn letter(app: &App, job: &Job, kind: LinkKind, link: &Link, sender: &str) -> Letter {
    let company = app.company.name.as_deref().unwrap_or("Hospes");
    let (subject, text) = words(kind, link, company);
    letters::own(app, sender, &format!("{}.{}", job.id, job.attempts), &link.to, subject, text)
}

/// What the mail says, in the reader's language.
fn words(kind: LinkKind, link: &Link, company: &str) -> (String, String) {
    let Link { address, name, .. } = link;
    let chinese =
        link.language.split(['-', '_']).next().is_some_and(|primary| primary.eq_ignore_ascii_case("zh"));
    match (kind, chinese) {
        (LinkKind::Invitation, true) => (
            format!("{company} 邀请您使用 Hospes"),
            format!(
                "{name}，您好：\n\n{company} 已为您开通账号。请在 30 分钟内打开下面的链接设置密码：\n\n{address}\n\n\
                 如果链接已失效，请在登录页面点击“忘记密码”获取新的链接。\n"
            ),
        ),
        (LinkKind::Reset, true) => (
            "重设密码".to_owned(),
            format!(
                "{name}，您好：\n\n有人请求重设您的密码。如果是您本人，请在 30 分钟内打开下面的链接：\n\n{address}\n\n\
                 如果不是您本人，请忽略此邮件，密码不会改变。\n"
            ),
        ),
        (LinkKind::Invitation, false) => (
            format!("{company} invites you to Hospes"),
            format!(
                "Hello {name},\n\n{company} has made an account for you. Please set your password within 30 minutes:\n\n\
                 {address}\n\nIf the link doesn't work any more, ask for another where you sign in: \"Forgotten?\".\n"
            ),
        ),
        (LinkKind::Reset, false) => (
            "Set a new password".to_owned(),
            format!(
                "Hello {name},\n\nsomebody asked to set a new password for you. If it was you, open this within 30 minutes:\n\n\
                 {address}\n\nIf it wasn't, do nothing; your password stays as it is.\n"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_in_its_readers_language_and_has_the_link() {
        let link = |language: &str| Link {
            address: "https://crm.example.com/password/new?link=abc".to_owned(),
            to: "li@example.com".to_owned(),
            name: "李雷".to_owned(),
            language: language.to_owned(),
        };
        for (kind, language, subject) in [
            (LinkKind::Invitation, "zh-CN", "星河 邀请您使用 Hospes"),
            (LinkKind::Invitation, "en", "星河 invites you to Hospes"),
            (LinkKind::Reset, "zh_TW", "重设密码"),
            (LinkKind::Reset, "fr", "Set a new password"),
        ] {
            let (said, text) = words(kind, &link(language), "星河");
            assert_eq!(said, subject);
            assert!(text.contains("李雷") && text.contains("link=abc") && text.contains("30"), "{text}");
        }
    }
}
