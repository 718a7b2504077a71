//! `hospes user create|list|change|password`: the people who work here, on a running server.

use std::io::Write as _;

use anyhow::{Context, bail};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::remote::{Server, lines, text};
use super::team::team;
use super::user_reset::UserReset;
use super::{ask, terminal};
use crate::ops::app::passwords;

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Enters a user.
    Create(UserCreate),
    /// Lists users.
    List(UserList),
    /// Changes a user: whether they work here, take tickets, and how many.
    Change(UserChange),
    /// Gives a user their first password, so that they can sign in.
    Password(UserPassword),
    /// Makes a new administrator's token or password in the database itself, when the old ones are lost.
    Reset(UserReset),
}

/// A user to be entered.
#[derive(Debug, clap::Args)]
pub struct UserCreate {
    /// Their e-mail address
    #[arg(value_name = "EMAIL", required_unless_present = "address")]
    pub email: Option<String>,
    /// Their e-mail address, as a flag
    #[arg(long = "email", value_name = "EMAIL", conflicts_with = "email")]
    pub address: Option<String>,
    /// Their name
    #[arg(long)]
    pub name: String,
    /// What they may do: agent, sales, supervisor, administrator or another role that there is; once for each
    #[arg(long = "role", value_name = "ROLE", default_value = "agent")]
    pub roles: Vec<String>,
    /// Gives them a password, which is asked for or read from standard input; --password=TEXT takes it from the command
    /// line, where other users of this machine can see it
    #[arg(long, value_name = "TEXT", num_args = 0..=1, require_equals = true)]
    pub password: Option<Option<String>>,
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

/// Whose first password to set. It is asked for, or read from standard input.
#[derive(Debug, clap::Args)]
pub struct UserPassword {
    /// Their e-mail address or id
    pub user: String,
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
    /// What they may do from now on, in place of what they might; once for each role
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,
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
            Self::Password(password) => password.run().await,
            Self::Reset(reset) => reset.run().await,
        }
    }
}

impl UserCreate {
    async fn run(self) -> anyhow::Result<()> {
        let email = self.address.or(self.email).unwrap_or_default();
        let password = match self.password {
            None => None,
            Some(given) => Some(checked(match given {
                Some(given) => given,
                None => ask::new_password(&email)?,
            })?),
        };
        let mut teams = Vec::new();
        for wanted in &self.teams {
            teams.push(team(&self.server, wanted).await?["id"].clone());
        }
        let speaks = if self.speaks.is_empty() { vec![self.language.clone()] } else { self.speaks };
        let new = json!({
            "name": self.name, "email": email, "language": self.language, "languages": speaks,
            "capacity": self.capacity, "teams": teams, "roles": self.roles,
        });
        let user = self.server.send(Method::POST, "/v1/users", &new).await?;
        print(&user)?;
        match password {
            Some(password) => set_password(&self.server, &user, &password).await,
            None => {
                let hint = "they can't sign in yet; give them a password with: hospes user password";
                Ok(writeln!(terminal::out(), "{hint} {}", text(&user["email"]))?)
            }
        }
    }
}

impl UserPassword {
    async fn run(self) -> anyhow::Result<()> {
        let user = self.server.user(&self.user).await?;
        let password = checked(ask::new_password(&text(&user["email"]))?)?;
        set_password(&self.server, &user, &password).await
    }
}

/// A password that the server will take.
fn checked(password: String) -> anyhow::Result<String> {
    passwords::faults(&password)?;
    Ok(password)
}

async fn set_password(server: &Server, user: &Value, password: &str) -> anyhow::Result<()> {
    let path = format!("/v1/users/{}/password", text(&user["id"]));
    let email = text(&user["email"]);
    let set = server.post_quietly(&path, &json!({"password": password})).await;
    set.with_context(|| format!("{email} has no new password"))?;
    Ok(writeln!(terminal::out(), "{email} can sign in with the new password")?)
}

impl UserList {
    async fn run(self) -> anyhow::Result<()> {
        let list = self.server.get("/v1/users").await?;
        lines(self.json, &list, line)
    }
}

impl UserChange {
    async fn run(self) -> anyhow::Result<()> {
        let mut request = Map::new();
        let mut set =
            |name: &str, value: Option<Value>| request.extend(value.map(|value| (name.to_owned(), value)));
        set("name", self.name.map(Value::from));
        set("active", self.active.map(Value::from));
        set("present", self.present.map(Value::from));
        set("capacity", self.capacity.map(Value::from));
        set("roles", Some(self.roles).filter(|roles| !roles.is_empty()).map(Value::from));
        if request.is_empty() {
            bail!("say what to change: --name, --active, --present, --capacity or --role");
        }
        let user = self.server.user(&self.user).await?;
        let path = format!("/v1/users/{}", text(&user["id"]));
        print(&self.server.send(Method::PATCH, &path, &Value::Object(request)).await?)
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

fn print(user: &Value) -> anyhow::Result<()> {
    writeln!(terminal::out(), "{}", line(user))?;
    Ok(())
}
