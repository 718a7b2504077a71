//! `hospes team create|list|add|remove`: teams and who is in them, on a running server.

use std::io::Write as _;

use anyhow::{Context, bail};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Server, items, lines, text};
use super::terminal;

/// The classes of tickets that teams take.
pub const CLASSES: [&str; 4] = ["inquiry", "complaint", "purchase", "after-sales"];

/// What to do with teams.
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// Makes a team.
    Create(TeamCreate),
    /// Lists teams with their members.
    List(TeamList),
    /// Takes users into a team.
    Add(TeamMembers),
    /// Takes users out of a team; what they have stays with them.
    Remove(TeamMembers),
}

/// A team to be made.
#[derive(Debug, clap::Args)]
pub struct TeamCreate {
    /// Its name
    pub name: String,
    /// A class of tickets that it takes; once for each: inquiry, complaint, purchase, after-sales
    #[arg(long = "class", value_name = "CLASS")]
    pub classes: Vec<String>,
    /// Takes tickets of every class
    #[arg(long, conflicts_with = "classes")]
    pub everything: bool,
    /// A class whose urgent tickets it is told of besides; once for each
    #[arg(long = "watches", value_name = "CLASS")]
    pub watches: Vec<String>,
    /// Somebody who is in it, by e-mail address or id; once for each
    #[arg(long = "member", value_name = "USER")]
    pub members: Vec<String>,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

/// Which teams to list.
#[derive(Debug, clap::Args)]
pub struct TeamList {
    /// Prints JSON, as the API has it
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

/// Who joins or leaves a team.
#[derive(Debug, clap::Args)]
pub struct TeamMembers {
    /// The team, by name or id
    pub team: String,
    /// The users, by e-mail address or id
    #[arg(required = true)]
    pub users: Vec<String>,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

impl TeamCommand {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(list) => lines(list.json, &list.server.get("/v1/teams").await?, line),
            Self::Add(members) => members.add().await,
            Self::Remove(members) => members.remove().await,
        }
    }
}

impl TeamCreate {
    async fn run(self) -> anyhow::Result<()> {
        let classes: Vec<String> =
            if self.everything { CLASSES.map(str::to_owned).to_vec() } else { self.classes };
        if classes.is_empty() {
            bail!(
                "say which tickets it takes: --everything, or --class CLASS once for each of {}",
                CLASSES.join(", ")
            );
        }
        // Whoever isn't there is noticed before the team is.
        let mut members = Vec::new();
        for member in &self.members {
            members.push(self.server.user(member).await?["id"].clone());
        }
        let new = json!({"name": self.name, "classes": classes, "watches": self.watches});
        let mut team = self.server.send(Method::POST, "/v1/teams", &new).await?;
        let path = format!("/v1/teams/{}/members", text(&team["id"]));
        for user in members {
            team = self.server.send(Method::POST, &path, &json!({"user_id": user})).await?;
        }
        print(&team)
    }
}

impl TeamMembers {
    async fn add(self) -> anyhow::Result<()> {
        let path = format!("/v1/teams/{}/members", text(&team(&self.server, &self.team).await?["id"]));
        let mut joined = Value::Null;
        for user in &self.users {
            let user = self.server.user(user).await?;
            joined = self.server.send(Method::POST, &path, &json!({"user_id": user["id"]})).await?;
        }
        print(&joined)
    }

    async fn remove(self) -> anyhow::Result<()> {
        let path = format!("/v1/teams/{}", text(&team(&self.server, &self.team).await?["id"]));
        for user in &self.users {
            let user = self.server.user(user).await?;
            self.server.delete(&format!("{path}/members/{}", text(&user["id"]))).await?;
        }
        print(&self.server.get(&path).await?)
    }
}

/// The team of this name or id.
pub async fn team(server: &Server, named: &str) -> anyhow::Result<Value> {
    let list = server.get("/v1/teams").await?;
    let found = items(&list["items"]).iter().find(|team| team["name"] == *named || team["id"] == *named);
    found.cloned().with_context(|| format!("there is no team {named:?}; hospes team list shows all"))
}

fn line(team: &Value) -> String {
    let words = |list: &Value| items(list).iter().map(text).collect::<Vec<_>>().join(", ");
    let members: Vec<String> = items(&team["members"]).iter().map(|member| text(&member["email"])).collect();
    let members = if members.is_empty() { "nobody".to_owned() } else { members.join(", ") };
    format!(
        "{}  {}  takes: {}  members: {members}",
        text(&team["id"]),
        text(&team["name"]),
        words(&team["classes"])
    )
}

fn print(team: &Value) -> anyhow::Result<()> {
    Ok(writeln!(terminal::out(), "{}", line(team))?)
}
