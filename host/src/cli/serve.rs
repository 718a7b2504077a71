//! `hospes serve`: runs a host until it is told to stop.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::boot::demo::Demo;
use crate::boot::settings::{self, Flags, Settings};
use crate::boot::{Host, SystemClock, logging};

/// Serves HTTP and works jobs off until SIGTERM or Ctrl+C; then lets what is under way end.
///
/// Every flag also stands in the configuration file and the environment (HOSPES_LISTEN, HOSPES_DATABASE,
/// HOSPES_KEY, HOSPES_KEY_FILE, HOSPES_PUBLIC_URL, HOSPES_CACHE, HOSPES_EGRESS_ALLOW, HOSPES_LOG,
/// HOSPES_LOG_FORMAT, HOSPES_ADMIN_TOKEN). Flags win over the environment, which wins over the file.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// sqlite:FILE or postgres://user@host/database [default: sqlite:hospes.db]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Loads a sample company into an empty database and shows it at work
    #[arg(long)]
    pub demo: bool,
    /// Installs every plugin of this folder (*.wasm) for the demo
    #[arg(long, value_name = "DIR", requires = "demo")]
    pub plugins: Option<PathBuf>,
}

impl Serve {
    /// Serves until it is told to stop; an error when it can't start or something breaks.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: self.listen, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        logging::start(&settings.log)?;
        let demo = self.demo.then_some(self.plugins);
        serve(settings, demo).await
    }
}

async fn serve(mut settings: Settings, demo: Option<Option<PathBuf>>) -> anyhow::Result<()> {
    // Taken before anything is opened, so that a signal during a long start stops it in order too.
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    let token_was_given = settings.admin_token.is_some();
    let mut demo = match demo {
        Some(plugins) => Some(Demo::prepare(&mut settings, plugins).await?),
        None => None,
    };
    let mut host = Host::start(settings, Arc::new(SystemClock)).await?;
    if let (Some(token), false, None) = (host.admin_token(), token_was_given, &demo) {
        let text = first_steps(token, &host.app().public_url);
        std::io::stdout().write_all(text.as_bytes())?;
    }
    let app = host.app().clone();
    let (address, token) = (host.address(), host.admin_token().map(str::to_owned));
    let show = async {
        if let Some(demo) = &mut demo {
            let text = demo.show(&app, address, token).await?;
            std::io::stdout().write_all(text.as_bytes())?;
        }
        // There is nothing more to do but to serve.
        std::future::pending::<()>().await;
        anyhow::Ok(())
    };
    let outcome = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        error = host.broken() => Err(error),
        shown = show => shown,
    };
    tracing::info!("stopping: letting requests and jobs under way end");
    host.stop().await;
    outcome
}

/// What whoever starts a fresh server reads: the token, and what to do with it.
fn first_steps(token: &str, url: &str) -> String {
    format!(
        "The administrator's API token, shown this once:\n{token}\n\n\
         Next, in another terminal: yourself, a team that takes every ticket, and a channel.\n\n    \
         export HOSPES_URL={url} HOSPES_TOKEN={token}\n    \
         hospes user create you@example.com --name You --role administrator --password\n    \
         hospes team create Service --everything --member you@example.com\n    \
         hospes plugin available\n    \
         hospes plugin install web-form\n    \
         hospes plugin enable web-form\n\n\
         Then sign in at {url} ; what is left to do is listed there.\n"
    )
}
