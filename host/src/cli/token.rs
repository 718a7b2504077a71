//! `hospes token create|list|revoke`: API tokens of a running server.

use std::io::Write as _;

use anyhow::bail;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Server, items, lines, text};
use super::terminal;

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints its text, which is told this once.
    Create(TokenCreate),
    /// Lists tokens: what they may do, when they end and when they were last used.
    List(TokenList),
    /// Revokes a token: it is refused from then on.
    Revoke(TokenRevoke),
}

/// A token to be made.
#[derive(Debug, clap::Args)]
pub struct TokenCreate {
    /// What it is for
    pub name: String,
    /// What it may do, such as tickets:read; once for each, "*" for all that you may
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    pub scopes: Vec<String>,
    /// The person that it acts for, by e-mail address or id; a program's own without
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// When it ends, such as 2026-12-31T00:00:00Z; never without
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

/// Which tokens to list.
#[derive(Debug, clap::Args)]
pub struct TokenList {
    /// Prints JSON, as the API has it
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

/// A token to be revoked.
#[derive(Debug, clap::Args)]
pub struct TokenRevoke {
    /// Its id, or its name if no other valid one has it
    pub which: String,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

impl TokenCommand {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(list) => list.run().await,
            Self::Revoke(revoke) => revoke.run().await,
        }
    }
}

impl TokenCreate {
    async fn run(self) -> anyhow::Result<()> {
        let user = match &self.user {
            Some(user) => self.server.user(user).await?["id"].clone(),
            None => Value::Null,
        };
        let request =
            json!({"name": self.name, "scopes": self.scopes, "user_id": user, "expires_at": self.expires});
        let made = self.server.send(Method::POST, "/v1/tokens", &request).await?;
        // Alone on its line, so that a script can take it as it is.
        writeln!(terminal::out(), "{}", text(&made["token"]))?;
        Ok(())
    }
}

impl TokenList {
    async fn run(self) -> anyhow::Result<()> {
        let list = self.server.get("/v1/tokens").await?;
        lines(self.json, &list, |token| {
            let scopes: Vec<String> = items(&token["scopes"]).iter().map(text).collect();
            let state = match (&token["revoked_at"], &token["expires_at"]) {
                (Value::String(at), _) => format!("revoked at {at}"),
                (_, Value::String(at)) => format!("ends at {at}"),
                _ => "doesn't end".to_owned(),
            };
            let used = match &token["last_used_at"] {
                Value::String(at) => format!("last used at {at}"),
                _ => "not used yet".to_owned(),
            };
            format!("{}  {}  {}  {state}, {used}", text(&token["id"]), text(&token["name"]), scopes.join(","))
        })
    }
}

impl TokenRevoke {
    async fn run(self) -> anyhow::Result<()> {
        let list = self.server.get("/v1/tokens").await?;
        let valid = |token: &&Value| token["revoked_at"].is_null();
        let named = |token: &&Value| token["id"] == *self.which || token["name"] == *self.which;
        let found: Vec<&Value> = items(&list["items"]).iter().filter(valid).filter(named).collect();
        let [token] = found.as_slice() else {
            bail!(
                "{} valid tokens are called {:?}; hospes token list shows their ids",
                found.len(),
                self.which
            );
        };
        let path = format!("/v1/tokens/{}", text(&token["id"]));
        self.server.delete(&path).await?;
        writeln!(terminal::out(), "{} is revoked", text(&token["name"]))?;
        Ok(())
    }
}
