//! `hospes user create|list|change`: the people who work here, on a running server.

use std::io::Write as _;

use anyhow::{Context, bail};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::remote::{Server, items, lines, text};
use super::terminal;

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Enters a user.
    Create(UserCreate),
    /// Lists users.
    List(UserList),
    /// Changes a user: whether they work here, take tickets, and how many.
    Change(UserChange),
}

/// A user to be entered.
#[derive(Debug, clap::Args)]
pub struct UserCreate {
    /// Their e-mail address
    pub email: String,
    /// Their name
    #[arg(long)]
    pub name: String,
    /// The language they read, such as zh-CN or en
    #[arg(long, default_value = "en")]
    pub language: String,
    /// What they speak; once for each, the one they read without
    #[arg(long = "speaks", value_name = "LANGUAGE")]
    pub speaks: Vec<String>,
    /// How many open tickets they take at most
    #[arg(long, default_value_t = 10)]
    pub capacity: i64,
    /// A team that they are in, by name or id; once for each
    #[arg(long = "team", value_name = "TEAM")]
    pub teams: Vec<String>,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

/// Which users to list.
#[derive(Debug, clap::Args)]
pub struct UserList {
    /// Prints JSON, as the API has it
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

/// Changes of a user. What isn't said stays.
#[derive(Debug, clap::Args)]
pub struct UserChange {
    /// Their e-mail address or id
    pub user: String,
    /// Their name
    #[arg(long)]
    pub name: Option<String>,
    /// Whether they still work here; who doesn't is refused with all their tokens
    #[arg(long, value_name = "true|false")]
    pub active: Option<bool>,
    /// Whether they take tickets now
    #[arg(long, value_name = "true|false")]
    pub present: Option<bool>,
    /// How many open tickets they take at most
    #[arg(long)]
    pub capacity: Option<i64>,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

impl UserCommand {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(list) => list.run().await,
            Self::Change(change) => change.run().await,
        }
    }
}

impl UserCreate {
    async fn run(self) -> anyhow::Result<()> {
        let mut teams = Vec::new();
        if !self.teams.is_empty() {
            let list = self.server.get("/v1/teams").await?;
            for wanted in &self.teams {
                let found = items(&list["items"])
                    .iter()
                    .find(|team| team["name"] == **wanted || team["id"] == **wanted);
                teams.push(found.with_context(|| format!("there is no team {wanted:?}"))?["id"].clone());
            }
        }
        let speaks = if self.speaks.is_empty() { vec![self.language.clone()] } else { self.speaks };
        let wish = json!({
            "name": self.name, "email": self.email, "language": self.language, "languages": speaks,
            "capacity": self.capacity, "teams": teams,
        });
        tell(&self.server.send(Method::POST, "/v1/users", &wish).await?)
    }
}

impl UserList {
    async fn run(self) -> anyhow::Result<()> {
        let list = self.server.get("/v1/users").await?;
        lines(self.json, &list, line)
    }
}

impl UserChange {
    async fn run(self) -> anyhow::Result<()> {
        let mut wish = Map::new();
        let mut set =
            |name: &str, value: Option<Value>| wish.extend(value.map(|value| (name.to_owned(), value)));
        set("name", self.name.map(Value::from));
        set("active", self.active.map(Value::from));
        set("present", self.present.map(Value::from));
        set("capacity", self.capacity.map(Value::from));
        if wish.is_empty() {
            bail!("say what to change: --name, --active, --present or --capacity");
        }
        let user = self.server.user(&self.user).await?;
        let path = format!("/v1/users/{}", text(&user["id"]));
        tell(&self.server.send(Method::PATCH, &path, &Value::Object(wish)).await?)
    }
}

fn line(user: &Value) -> String {
    let state = match (user["active"] == true, user["present"] == true) {
        (false, _) => "left",
        (true, true) => "present",
        (true, false) => "absent",
    };
    format!("{}  {}  {}  {state}", text(&user["id"]), text(&user["email"]), text(&user["name"]))
}

fn tell(user: &Value) -> anyhow::Result<()> {
    writeln!(terminal::out(), "{}", line(user))?;
    Ok(())
}
