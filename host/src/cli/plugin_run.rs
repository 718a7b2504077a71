//! `hospes plugin run`: a plugin at work in a server of its own, while its author works on it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context;
use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::signal::unix::{SignalKind, signal};

use super::plugin_build::{make, read_manifest};
use super::plugin_configure::setting;
use super::remote::{Server, items, text};
use super::team::CLASSES;
use super::{installation_report, plugin_calls, plugin_logs, terminal};
use crate::boot::settings::{self, Flags, KeySource, Settings};
use crate::boot::{Host, SystemClock, logging};
use crate::domain::event::Cause;
use crate::ops::RequestContext;
use crate::ops::accounts::{own_password, tokens};

/// How often the plugin's files and its calls are looked at.
const LOOK: Duration = Duration::from_millis(300);
/// Folders in which a plugin's source is not.
const NO_SOURCE: [&str; 3] = ["target", "node_modules", "__pycache__"];
/// Who signs in to the console.
const PERSON: &str = "you@example.com";

/// Runs a plugin in a server of its own, with an empty database that begins anew each time: builds and installs it, grants
/// what it asks for, and switches it on. When one of its files changes it is built again and takes over without a pause. Its
/// calls and what it logs are shown as they come, until Ctrl+C.
#[derive(Debug, clap::Args)]
pub struct PluginRun {
    /// The plugin's folder, where its plugin.toml is
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    /// A setting; the value is JSON, or text when it is none: --set address=service@example.com
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, Value)>,
    /// A secret; one for trying out, because other programs can see it
    #[arg(long = "secret", value_name = "NAME=TEXT", value_parser = secret)]
    secrets: Vec<(String, String)>,
}

fn secret(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a secret is given as NAME=TEXT")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl PluginRun {
    /// Runs until Ctrl+C.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
        let mut source = Source::of(&self.dir);
        let (artifact, took) = source.build().await?;
        let place = self.dir.join("target/run");
        if place.exists() {
            std::fs::remove_dir_all(&place)
                .with_context(|| format!("{} can't be emptied", place.display()))?;
        }
        std::fs::create_dir_all(&place).with_context(|| format!("{} can't be made", place.display()))?;
        let database = format!("sqlite:{}", place.join("hospes.db").display());
        let flags = Flags { listen: Some(self.listen.clone()), database: Some(database), config: None };
        let mut settings = Settings::load(&flags, &settings::environment())?;
        settings.key = KeySource::Unsaid;
        settings.admin_token = Some(tokens::generate());
        settings.transcripts = 1.0;
        "warn".clone_into(&mut settings.log.filter);
        logging::start(&settings.log)?;
        let token = settings.admin_token.clone().unwrap_or_default();
        let host = Host::start(settings, Arc::new(SystemClock)).await?;
        let server = Server::at(format!("http://{}", host.address()), token.clone());
        let work = async {
            let password = let_in(&host, &server).await?;
            let mut installed = self.install(&server, artifact).await?;
            installed.tell(&server, took, &token, &password).await?;
            loop {
                tokio::time::sleep(LOOK).await;
                installed.show_news(&server).await?;
                if source.has_changed() {
                    match source.build().await {
                        Ok((artifact, took)) => installed.upgrade(&server, artifact, took).await?,
                        Err(error) => writeln!(terminal::out(), "{error:#}")?,
                    }
                }
            }
        };
        let outcome = tokio::select! {
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
            outcome = work => outcome,
        };
        host.stop().await;
        outcome
    }

    async fn install(self, server: &Server, artifact: Vec<u8>) -> anyhow::Result<Installed> {
        let version = server.upload("/v1/plugins", artifact).await?;
        let settings: Map<String, Value> = self.settings.into_iter().collect();
        let new = json!({
            "plugin": version["plugin"], "version": version["version"], "name": version["plugin"], "settings": settings,
        });
        let installation = server.send(Method::POST, "/v1/installations", &new).await?;
        let path = format!("/v1/installations/{}", text(&installation["id"]));
        for (name, value) in &self.secrets {
            server.send(Method::PUT, &format!("{path}/secrets/{name}"), &json!({"value": value})).await?;
        }
        server.send(Method::PUT, &format!("{path}/grants"), &json!({"requested": true})).await?;
        server.send(Method::POST, &format!("{path}/enable"), &json!({})).await?;
        Ok(Installed { name: text(&installation["name"]), path, seen: [None, None] })
    }
}

/// Somebody who signs in to the console, and their team, which takes every ticket. Returns the password.
async fn let_in(host: &Host, server: &Server) -> anyhow::Result<String> {
    let person = json!({
        "name": "You", "email": PERSON, "language": "en", "languages": ["en", "zh-CN"], "roles": ["administrator"],
        "capacity": 1_000,
    });
    let user = server.send(Method::POST, "/v1/users", &person).await?;
    let team = json!({"name": "Service", "classes": CLASSES, "watches": []});
    let team = server.send(Method::POST, "/v1/teams", &team).await?;
    let members = format!("/v1/teams/{}/members", text(&team["id"]));
    server.send(Method::POST, &members, &json!({"user_id": user["id"]})).await?;
    let password = tokens::generate().chars().rev().take(12).collect::<String>();
    let ctx = RequestContext::system(Cause::default());
    own_password::give_first(host.app(), &ctx, PERSON, &password).await?;
    Ok(password)
}

/// A plugin's source.
struct Source {
    dir: PathBuf,
    newest: Option<SystemTime>,
    builds: u32,
}

impl Source {
    fn of(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), newest: newest(dir), builds: 0 }
    }

    /// Builds it, as a version of its own each time; how long that took.
    async fn build(&mut self) -> anyhow::Result<(Vec<u8>, Duration)> {
        self.builds += 1;
        let (dir, number, began) = (self.dir.clone(), self.builds, Instant::now());
        let built = tokio::task::spawn_blocking(move || {
            let mut manifest = read_manifest(&dir)?;
            manifest.version = format!("{}-run.{number}", manifest.version);
            make(&dir, &manifest, None)
        });
        let (artifact, _) = built.await.context("the build ended")??;
        Ok((artifact, began.elapsed()))
    }

    fn has_changed(&mut self) -> bool {
        let newest = newest(&self.dir);
        let changed = newest > self.newest;
        self.newest = self.newest.max(newest);
        changed
    }
}

/// Whether a file or folder of this name may be part of a plugin's source: what a person keeps beside it while it runs, such
/// as this very command's output, isn't.
fn may_be_source(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with(".log") && !name.ends_with('~') && !NO_SOURCE.contains(&name)
}

/// When a file of a folder's source was last written.
fn newest(dir: &Path) -> Option<SystemTime> {
    let mut newest = None;
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        // A folder that goes while it is looked at has nothing new in it.
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if !entry.file_name().to_str().is_some_and(may_be_source) {
                continue;
            }
            match entry.metadata() {
                Ok(of) if of.is_dir() => folders.push(entry.path()),
                Ok(of) => newest = newest.max(of.modified().ok()),
                Err(_) => {}
            }
        }
    }
    newest
}

/// The plugin as it is installed.
struct Installed {
    name: String,
    path: String,
    /// The newest of its calls and of its log that were shown.
    seen: [Option<Value>; 2],
}

impl Installed {
    async fn tell(&self, server: &Server, took: Duration, token: &str, password: &str) -> anyhow::Result<()> {
        let url = server.url();
        let installation = server.get(&self.path).await?;
        let mut out = terminal::out();
        writeln!(out, "Built in {:.1} s.", took.as_secs_f64())?;
        installation_report::print_with_warnings(&installation)?;
        writeln!(out, "Console   {url}  ({PERSON}, password {password})")?;
        writeln!(out, "Webhook   {url}/in/{}", self.name)?;
        writeln!(out, "API       export HOSPES_URL={url} HOSPES_TOKEN={token}")?;
        writeln!(out, "Its calls follow as they come; save a file, and it is built again. Ctrl+C ends it.")?;
        Ok(())
    }

    async fn upgrade(&self, server: &Server, artifact: Vec<u8>, took: Duration) -> anyhow::Result<()> {
        let switched = async {
            let version = server.upload("/v1/plugins", artifact).await?["version"].clone();
            let upgrade = json!({"version": version});
            let installation = server.send(Method::POST, &format!("{}/upgrade", self.path), &upgrade).await?;
            if installation["pending"].is_null() {
                return Ok(installation);
            }
            // It asks for more than before; whoever tries it out has written that, too.
            server.send(Method::PUT, &format!("{}/grants", self.path), &json!({"requested": true})).await
        };
        let mut out = terminal::out();
        match switched.await {
            Ok(installation) => {
                let version = text(&installation["version_in_use"]);
                writeln!(out, "Built in {:.1} s; {version} is at work.", took.as_secs_f64())?;
            }
            Err(error) => writeln!(out, "{error:#}")?,
        }
        Ok(())
    }

    /// Prints the calls and lines of the log that are new.
    async fn show_news(&mut self, server: &Server) -> anyhow::Result<()> {
        let mut out = terminal::out();
        for (place, (list, line)) in
            [("calls", plugin_calls::line as fn(&Value) -> String), ("logs", plugin_logs::line)]
                .into_iter()
                .enumerate()
        {
            let page = server.get(&format!("{}/{list}?limit=50", self.path)).await?;
            let new =
                items(&page["items"]).iter().take_while(|item| self.seen[place].as_ref() != Some(*item));
            let new: Vec<&Value> = new.collect();
            for item in new.iter().rev() {
                writeln!(out, "{}", terminal::one_line(&line(item)))?;
            }
            if let Some(newest) = new.first() {
                self.seen[place] = Some((*newest).clone());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_source;

    #[test]
    fn what_is_written_beside_the_source_is_no_change() {
        let beside = ["run.log", ".plugin.ts.swp", "plugin.ts~", "target", "node_modules"];
        assert_eq!(beside.map(may_be_source), [false; 5]);
        assert_eq!(["plugin.ts", "hospes.toml", "src", "log"].map(may_be_source), [true; 4]);
    }
}
