//! A running host: everything opened and wired in order, and closed in the reverse one.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, anyhow};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::settings::Settings;
use super::{key, memory};
use crate::domain::clock::Clock;
use crate::http;
use crate::jobs;
use crate::ops::App;
use crate::ops::accounts::{roles, tokens};
use crate::ops::app::Parts;
use crate::ops::app::callers::Callers;
use crate::ops::app::company::{Company, Logo};
use crate::ops::app::feed::Feed;
use crate::ops::app::known_schemes::KnownSchemes;
use crate::ops::app::passwords::Passwords;
use crate::ops::app::presence::Presence;
use crate::ops::app::provider::Provider;
use crate::ops::sales::pipelines;
use crate::plugins::{Egress, EgressSettings, EngineSettings, Plugins, Relay};
use crate::store::db::{Db, Location};

/// How long requests under way may take to end.
const DRAIN: Duration = Duration::from_secs(20);
/// How long jobs under way may take to end; what doesn't is taken up again at the next start.
const JOBS: Duration = Duration::from_secs(20);

/// A running host. It ends by [`stop`](Self::stop); when it is dropped instead, nothing is waited for.
pub struct Host {
    app: App,
    address: SocketAddr,
    admin_token: Option<String>,
    drain: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
    stop: CancellationToken,
    jobs: JoinSet<()>,
}

impl Host {
    /// Opens and migrates the database, finds the key, starts the plugins' engine, the jobs and then HTTP.
    pub async fn start(settings: Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let db = Db::open(&settings.database, clock.clone()).await.context("the database can't be opened")?;
        let started = Self::over(db.clone(), settings, clock).await;
        if started.is_err() {
            db.close().await;
        }
        started
    }

    async fn over(db: Db, settings: Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        db.migrate().await.context("the database can't be migrated")?;
        let keyring = key::keyring(&db, &settings.key, &settings.database).await?;
        let egress = EgressSettings { allow: settings.egress_allow, ..EgressSettings::default() };
        let egress = Egress::new(&egress).context("nothing can be sent out")?;
        let code_cache = settings.cache.or_else(|| match &settings.database {
            Location::Sqlite(path) => Some(key::beside(path, ".cache")),
            Location::Postgres(_) => None,
        });
        let relay = settings.smtp.is_some();
        let engine = EngineSettings {
            code_cache,
            worker: Some(settings.worker),
            worker_limits: settings.worker_limits,
            transcripts: settings.transcripts,
            relay,
        };
        let checkpoints = jobs::Checkpoints {
            file: settings.audit_checkpoint_file,
            url: settings.audit_checkpoint_url,
            egress: egress.clone(),
        };
        let plugins = Plugins::new(&engine, db.clone(), egress.clone(), keyring.clone(), clock)
            .context("the engine for plugins can't be started")?;
        let listener = TcpListener::bind(settings.listen).await;
        let listener = listener.with_context(|| {
            format!(
                "{} can't be listened on; name another address by --listen or HOSPES_LISTEN",
                settings.listen
            )
        })?;
        let address = listener.local_addr()?;
        let public_url = settings.public_url.unwrap_or_else(|| format!("http://{address}"));
        let name = reqwest::Url::parse(&public_url).ok().and_then(|url| Some(url.host_str()?.to_owned()));
        let name = name.unwrap_or_else(|| "localhost".to_owned());
        let relay = settings.smtp.map(|smtp| Relay::new(&smtp, &name)).transpose();
        let relay = relay.context("the mail relay can't be used")?;
        let company = company(settings.company_name, settings.company_logo)?;
        let sender = settings.smtp_from.unwrap_or_else(|| format!("hospes@{name}"));
        let mail_sender = relay.is_some().then(|| match &company.name {
            Some(company) => format!("{} <{sender}>", company.replace(['<', '>', '"'], " ")),
            None => sender,
        });
        let (callers, known_schemes) = (Callers::default(), KnownSchemes::default());
        let presence = Presence::new(db.id().into(), address.to_string(), settings.shows_sample);
        let (passwords, feed) = (Passwords::new(), Feed::default());
        let setup_finished = AtomicBool::default();
        let provider = settings.provider.map(|of| Provider::new(of, egress.clone(), &public_url));
        let app = App::new(Parts {
            presence,
            callers,
            known_schemes,
            db,
            plugins,
            passwords,
            keyring,
            relay,
            mail_sender,
            public_url,
            company,
            feed,
            setup_finished,
            provider,
        });
        let admin_token = first_token(&app, settings.admin_token).await?;
        let begun = app.db.write((), |tx, ()| Box::pin(roles::begin(tx))).await;
        begun.context("the roles can't be made")?;
        let begun = app.db.write((), |tx, ()| Box::pin(pipelines::begin(tx))).await;
        begun.context("the usual pipelines can't be made")?;
        let stop = CancellationToken::new();
        let mut jobs = jobs::start(&app, checkpoints, &stop);
        jobs.spawn(memory::run(stop.clone()));
        let drain = CancellationToken::new();
        let limits = http::HttpSettings {
            rate_limit: settings.rate_limit,
            ingress_rate_limit: settings.ingress_rate_limit,
            trusted_proxies: settings.trusted_proxies.into(),
            ..http::HttpSettings::default()
        };
        let router = http::router(app.clone(), limits);
        let server = tokio::spawn(http::server::serve(listener, router, drain.clone()));
        tracing::info!(%address, "serving HTTP");
        Ok(Self { app, address, admin_token, drain, server, stop, jobs })
    }

    /// Where HTTP is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What operations work with.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The administrator's token that this start has made; none when the database had one.
    pub fn admin_token(&self) -> Option<&str> {
        self.admin_token.as_deref()
    }

    /// Waits until a part of the host ends that should run on, and says which.
    pub async fn broken(&mut self) -> anyhow::Error {
        tokio::select! {
            ended = &mut self.server => match ended {
                Ok(Ok(())) => anyhow!("serving HTTP ended"),
                Ok(Err(error)) => anyhow!(error).context("HTTP can't be served any more"),
                Err(error) => anyhow!(error).context("serving HTTP ended"),
            },
            Some(ended) = self.jobs.join_next() => match ended {
                Ok(()) => anyhow!("a background task ended"),
                Err(error) => anyhow!(error).context("a background task ended"),
            },
        }
    }

    /// Lets requests under way end, then jobs under way, then closes the database.
    pub async fn stop(mut self) {
        self.app.feed.close();
        self.drain.cancel();
        if !self.server.is_finished() && timeout(DRAIN, &mut self.server).await.is_err() {
            tracing::warn!(after_ms = DRAIN.as_millis(), "requests that didn't end are cut off");
            self.server.abort();
        }
        self.stop.cancel();
        let ended = timeout(JOBS, async { while self.jobs.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!(
                after_ms = JOBS.as_millis(),
                "jobs that didn't end are taken up at the next start"
            );
            self.jobs.shutdown().await;
        }
        self.app.db.close().await;
        tracing::info!("stopped");
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop.cancel();
        self.server.abort();
    }
}

/// The company as the configuration has it, with its logo read.
fn company(name: Option<String>, logo: Option<PathBuf>) -> anyhow::Result<Company> {
    let logo = logo.map(|path| {
        let file = path.display();
        let bytes = std::fs::read(&path).with_context(|| format!("company_logo: {file} can't be read"))?;
        Logo::new(bytes).map_err(|problem| anyhow!("company_logo: {file}: {problem}"))
    });
    Ok(Company { name: name.map(Into::into), logo: logo.transpose()? })
}

/// Makes the first administrator's token of this text, or of a fresh one; none when there are tokens.
async fn first_token(app: &App, wanted: Option<String>) -> anyhow::Result<Option<String>> {
    let text = wanted.unwrap_or_else(tokens::generate);
    let made = app.db.write(text.clone(), |tx, text| Box::pin(tokens::bootstrap(tx, text))).await;
    Ok(made.context("the administrator's token can't be made")?.then_some(text))
}
