//! What the demo tells the person who started it.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use super::plugins::webhook_secret;
use crate::ops::App;

/// Who may sign in, one of each role and language.
const PEOPLE: [(&str, &str); 4] = [
    ("chen.xiaowen@clearbrook.example", "service, in Chinese"),
    ("emily.carter@clearbrook.example", "service, in English"),
    ("liu.zhiqiang@clearbrook.example", "supervisor, in Chinese"),
    ("wu.min@clearbrook.example", "administrator, in Chinese"),
];

/// Where everything is.
pub struct DemoAddresses<'a> {
    /// The sample company's name.
    pub company: &'a str,
    /// What the sample's people sign in with.
    pub password: &'a str,
    /// Where HTTP is served.
    pub address: SocketAddr,
    /// Where the stand-in for the Bot API is.
    pub bot_api: SocketAddr,
    /// Where mail is put down, if it is.
    pub mails: Option<&'a Path>,
    /// Where the data is: what `--database` takes, and what there is to know of it. Without the first when a
    /// password may stand in it.
    pub database: (Option<String>, &'a str),
}

/// The text that is printed when all is there: one line that a shell takes, which the tour in README.md begins with,
/// and a few sentences around it.
pub fn welcome(app: &App, place: &DemoAddresses<'_>, token: Option<&str>, installed: &[String]) -> String {
    let DemoAddresses { company, password, address, bot_api, mails, database } = place;
    let has = |plugin: &str| installed.iter().any(|name| name == plugin);
    let mut variables = vec![("HOSPES_URL", format!("http://{address}"))];
    variables.extend(token.map(|token| ("HOSPES_TOKEN", token.to_owned())));
    if has("telegram") {
        variables.push(("TELEGRAM_SECRET", webhook_secret(app)));
        variables.push(("BOT_API", format!("http://{bot_api}")));
    }
    let mails = mails.filter(|_| has("e-mail"));
    if let Some(mails) = mails {
        variables.push(("MAIL_SECRET", webhook_secret(app)));
        variables.push(("MAILS", mails.display().to_string()));
    }
    variables.extend(database.0.clone().map(|database| ("HOSPES_DATABASE", database)));

    let mut text = format!("\nHospes serves {company}, a sample company, on http://{address}\n");
    let _ = writeln!(text, "Data: {}", database.1);
    text.push_str("\nSign in there; everybody in the sample has the same password. For example:\n");
    for (email, who) in PEOPLE {
        let _ = writeln!(text, "  {email:<34} {password}   {who}");
    }
    text.push('\n');
    if has("telegram") {
        text.push_str(
            "Telegram is played by this program: the plugin really sends, but nothing leaves this machine.\n",
        );
    }
    if has("dealer") {
        text.push_str("So is the dealer that leads are shared with.\n");
    }
    if let Some(mails) = mails {
        let _ = writeln!(text, "Mail is put down in {} and sent to nobody.", mails.display());
    }
    let _ = writeln!(text, "\nFor the tour in README.md, paste this line into another terminal:\n");
    let _ = writeln!(text, "{}\n", export(&variables));
    if token.is_none() {
        text.push_str("HOSPES_TOKEN is the token that the first start printed; set it besides.\n\n");
    }
    text.push_str("Then, for example, the newest tickets");
    text.push_str(if has("telegram") { ", and what customers received:\n" } else { ":\n" });
    text.push_str("  curl -H \"Authorization: Bearer $HOSPES_TOKEN\" \"$HOSPES_URL/v1/tickets?limit=5\"\n");
    if has("telegram") {
        text.push_str("  curl \"$BOT_API/messages\"\n");
    }
    if installed.is_empty() {
        text.push_str(
            "\nNo plugins are installed: name their folder by --plugins, and conversations will happen too.\n",
        );
    }
    text
}

/// One line for a shell.
fn export(variables: &[(&str, String)]) -> String {
    let mut line = "export".to_owned();
    for (name, value) in variables {
        let _ = write!(line, " {name}={}", quoted(value));
    }
    line
}

/// The value as a shell takes it; as it is, when nothing in it means anything to a shell.
fn quoted(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    if value.bytes().all(plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_said() {
        let variables = [("PLAIN", "sqlite:/a/b.db"), ("ODD", "/my data/it's $HOME")]
            .map(|(name, value)| (name, value.to_owned()));
        let line = export(&variables);
        assert!(line.starts_with("export PLAIN=sqlite:/a/b.db "), "{line}");
        let script = format!("{line}; printf '%s|%s' \"$PLAIN\" \"$ODD\"");
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "sqlite:/a/b.db|/my data/it's $HOME");
    }
}
