//! `hospes plugin calls`: the calls of an installation that were kept.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, anyhow, ensure};
use serde_json::Value;

use super::remote::{Server, lines, text};
use super::terminal;
use crate::plugins::recordings::as_case::{Recorded, case_of};
use crate::plugins::recordings::transcript::{OUTCOMES, Transcript};

/// Prints the calls of an installation that were kept, the newest first: when, its id, what was called, how it ended,
/// how long it took. With an id it prints one whole, as `hospes plugin replay` takes it, or makes one a test case.
#[derive(Debug, clap::Args)]
pub struct PluginCalls {
    /// The installation
    name: String,
    /// Prints this one whole: its input, the answers that it got, its output
    #[arg(long, value_name = "ID", conflicts_with = "case")]
    show: Option<String>,
    /// Writes this one as a case into the folder `cases` of the plugin
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// The plugin's folder, where its plugin.toml is
    #[arg(long, value_name = "DIR", default_value = ".", requires = "case")]
    dir: PathBuf,
    /// Only those that ended so
    #[arg(long, value_name = "OUTCOME", value_parser = clap::builder::PossibleValuesParser::new(OUTCOMES))]
    outcome: Option<String>,
    /// How many, the newest ones
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    lines: u16,
    /// Prints JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

impl PluginCalls {
    /// Prints them, or writes one down.
    pub async fn run(self) -> anyhow::Result<()> {
        let installation = self.server.installation(&self.name).await?;
        let path = format!("/v1/installations/{}/calls", text(&installation["id"]));
        if let Some(id) = &self.case {
            return self.write_case(self.server.get(&format!("{path}/{id}")).await?);
        }
        if let Some(id) = &self.show {
            let call = self.server.get(&format!("{path}/{id}")).await?;
            return Ok(writeln!(terminal::out(), "{}", serde_json::to_string_pretty(&call)?)?);
        }
        let outcome = self.outcome.map(|outcome| format!("&outcome={outcome}")).unwrap_or_default();
        let list = self.server.get(&format!("{path}?limit={}{outcome}", self.lines)).await?;
        lines(self.json, &list, line)
    }

    fn write_case(&self, mut call: Value) -> anyhow::Result<()> {
        let folder = self.dir.join("cases");
        ensure!(
            self.dir.join("plugin.toml").is_file(),
            "{} has no plugin.toml; name the plugin's folder with --dir",
            self.dir.display()
        );
        let transcript: Transcript = serde_json::from_value(call["transcript"].take())
            .context("this call's transcript isn't one that this version of hospes reads")?;
        let about = format!("what happened to {} at {}", transcript.installation, text(&call["at"]));
        let Recorded { case, notes } = case_of(&transcript, about).map_err(|problem| anyhow!(problem))?;
        std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let id = text(&call["id"]);
        let short = id.rsplit('-').next().unwrap_or(&id);
        let file = folder.join(format!("{}-{short}.json", case.call.replace('.', "-")));
        let mut whole = serde_json::to_string_pretty(&case)?;
        whole.push('\n');
        // Somebody may have worked on one that was written before.
        let mut new = std::fs::File::create_new(&file)
            .with_context(|| format!("{} can't be written anew", file.display()))?;
        new.write_all(whole.as_bytes())?;
        let mut out = terminal::out();
        writeln!(out, "{} is a case now: hospes plugin test runs it", file.display())?;
        for note in notes {
            writeln!(out, "  {note}")?;
        }
        Ok(())
    }
}

/// A call on one line.
pub(super) fn line(call: &Value) -> String {
    let [at, id, function, outcome, message] =
        ["at", "id", "function", "outcome", "message"].map(|name| text(&call[name]));
    let message = if message.is_empty() { message } else { format!(": {message}") };
    format!("{at} {id} {function} {outcome} {} us{message}", call["wall_us"])
}
