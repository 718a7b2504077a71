//! `hospes plugin deliveries`: what a channel took in that became no message.

use std::io::Write as _;

use anyhow::Context;
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Server, lines, text};

/// Prints what a channel took in and acknowledged that became no message, the newest first: when, why, its id, what it
/// says. With an id it prints one as it came, or makes one a message.
#[derive(Debug, clap::Args)]
pub struct PluginDeliveries {
    /// The installation
    name: String,
    /// Prints the request of this one as it came
    #[arg(long, value_name = "ID", conflicts_with_all = ["accept", "customer", "identity"])]
    show: Option<String>,
    /// Makes this one a message, with all that follows from one
    #[arg(long, value_name = "ID")]
    accept: Option<String>,
    /// Whose message it becomes: a customer's id
    #[arg(long, value_name = "CUSTOMER", requires = "accept", conflicts_with = "identity")]
    customer: Option<String>,
    /// Whose message it becomes: an identity, as in email:nora@example.com
    #[arg(long, value_name = "SCHEME:VALUE", requires = "accept")]
    identity: Option<String>,
    /// Those that were made messages, too
    #[arg(long)]
    all: bool,
    /// How many, the newest ones
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    lines: u16,
    /// Prints JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

impl PluginDeliveries {
    /// Prints them, or makes one a message.
    pub async fn run(self) -> anyhow::Result<()> {
        let installation = self.server.installation(&self.name).await?;
        let path = format!("/v1/installations/{}/deliveries", text(&installation["id"]));
        match (&self.accept, &self.show) {
            (Some(id), _) => self.accept(&format!("{path}/{id}/accept")).await,
            (None, Some(id)) => show(&self.server.get(&format!("{path}/{id}")).await?, self.json),
            (None, None) => {
                let state = if self.all { "" } else { "&state=kept" };
                let list = self.server.get(&format!("{path}?limit={}{state}", self.lines)).await?;
                lines(self.json, &list, line)
            }
        }
    }

    async fn accept(&self, path: &str) -> anyhow::Result<()> {
        let mut whose = json!({});
        if let Some(customer) = &self.customer {
            whose["customer_id"] = json!(customer);
        }
        if let Some(identity) = &self.identity {
            let (scheme, value) = identity.split_once(':').with_context(|| {
                format!(
                    "{identity:?} is no identity; write the scheme before it, as in email:nora@example.com"
                )
            })?;
            whose["identity"] = json!({"scheme": scheme, "value": value});
        }
        let delivery = self.server.send(Method::POST, path, &whose).await?;
        let mut out = std::io::stdout();
        if self.json {
            return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&delivery)?)?);
        }
        let (id, interaction) = (text(&delivery["id"]), text(&delivery["interaction_id"]));
        Ok(writeln!(out, "{id} is the message {interaction}")?)
    }
}

fn line(delivery: &Value) -> String {
    let [at, id, reason, external, preview] =
        ["received_at", "id", "reason", "external_id", "preview"].map(|name| plain(&text(&delivery[name])));
    let accepted = if delivery["state"] == "accepted" { " (accepted)" } else { "" };
    let external = if external.is_empty() { String::new() } else { format!(" <{external}>") };
    format!("{at} {id} {reason}{accepted}{external} {preview}")
}

/// Prints a request as HTTP has it.
fn show(delivery: &Value, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(delivery)?)?);
    }
    let request = &delivery["request"];
    let [method, path, query] = ["method", "path", "query"].map(|name| plain(&text(&request[name])));
    let query = if query.is_empty() { query } else { format!("?{query}") };
    writeln!(out, "# {}: {}", plain(&text(&delivery["reason"])), plain(&text(&delivery["detail"])))?;
    writeln!(out, "{method} /{path}{query}")?;
    for header in super::remote::items(&request["headers"]) {
        writeln!(out, "{}: {}", plain(&text(&header["name"])), plain(&text(&header["value"])))?;
    }
    let body = request["text"].as_str().or_else(|| request["base64"].as_str()).unwrap_or_default();
    writeln!(out)?;
    for line in body.lines() {
        writeln!(out, "{}", plain(line))?;
    }
    Ok(())
}

/// A text of a stranger's on a terminal: its control characters and direction marks are shown, not obeyed.
fn plain(text: &str) -> String {
    let obeyed = |c: char| {
        (c.is_control() && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown = |c: char| if obeyed(c) { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_text_does_nothing_to_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\td"), "a\\u{1b}[2Jb\\u{202e}c\td");
    }
}
