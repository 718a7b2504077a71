//! `hospes plugin configure`: settings, secrets, on and off.

use std::io::Read as _;

use anyhow::{Context, bail};
use reqwest::Method;
use serde_json::{Value, json};

use super::installation_report;
use super::remote::Server;

/// Sets an installation's settings and secrets, and switches it on or off.
#[derive(Debug, clap::Args)]
pub struct PluginConfigure {
    /// The installation
    pub name: String,
    /// A setting; the value is JSON, or text when it is none: --set bot=shop --set limit=5
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub settings: Vec<(String, Value)>,
    /// A secret, whose text is read from standard input so that no other user sees it
    #[arg(long, value_name = "NAME")]
    pub secret: Option<String>,
    /// Switches it on
    #[arg(long, conflicts_with = "disable")]
    pub enable: bool,
    /// Switches it off
    #[arg(long)]
    pub disable: bool,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

/// Reads `NAME=VALUE`, whose value is JSON, or text when it is none.
pub(super) fn setting(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("a setting is given as NAME=VALUE")?;
    Ok((name.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| value.into())))
}

impl PluginConfigure {
    /// Changes what was given and leaves the rest, and prints the installation with what it still lacks.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut installation = self.server.installation(&self.name).await?;
        let path = format!("/v1/installations/{}", installation["id"].as_str().unwrap_or_default());
        if !self.settings.is_empty() {
            let mut settings = installation["settings"].as_object().cloned().unwrap_or_default();
            settings.extend(self.settings);
            installation =
                self.server.send(Method::PUT, &format!("{path}/settings"), &json!(settings)).await?;
        }
        if let Some(name) = &self.secret {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .context("the secret can't be read from standard input")?;
            let text = text.trim_end_matches(['\r', '\n']);
            if text.is_empty() {
                bail!("the secret {name} is empty; give its text on standard input");
            }
            let path = format!("{path}/secrets/{name}");
            installation = self.server.send(Method::PUT, &path, &json!({"value": text})).await?;
        }
        if self.enable || self.disable {
            let step = if self.enable { "enable" } else { "disable" };
            installation = self.server.send(Method::POST, &format!("{path}/{step}"), &json!({})).await?;
        }
        installation_report::print_with_warnings(&installation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_json_or_text() {
        assert_eq!(setting("limit=5"), Ok(("limit".to_owned(), json!(5))));
        assert_eq!(setting("bot=shop=1"), Ok(("bot".to_owned(), json!("shop=1"))));
        assert!(setting("bot").unwrap_err().contains("NAME=VALUE"));
    }
}
