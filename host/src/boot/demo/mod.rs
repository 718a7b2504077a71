//! What `serve --demo` adds to a host: the sample company, the shipped plugins, stand-ins on the loopback address for
//! Telegram's Bot API and for a dealer's system, a folder that mail goes to, and conversations that walk the whole way.

mod bot_api;
mod dealer;
mod partner;
mod plugins;
mod stand_in;
mod text;
mod walk;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use self::bot_api::BotApi;
use self::dealer::Dealer;
use super::key::{beside, write_private};
use super::settings::Settings;
use crate::domain::event::Cause;
use crate::ops::accounts::{own_password, tokens};
use crate::ops::host::sample::{self, Company, Conversations, State};
use crate::ops::{App, RequestContext};
use crate::plugins::egress::address::Allowed;
use crate::plugins::egress::relay::RelaySettings;
use crate::store::db::Location;

/// Who plays the others.
struct StandIns {
    bot_api: BotApi,
    dealer: Dealer,
}

/// A demo about to be shown. The stand-ins answer as long as it lives.
pub struct Demo {
    stand_ins: StandIns,
    /// Where mail is put down; none when it goes out by a relay that was named.
    mails: Option<PathBuf>,
    plugins: Option<PathBuf>,
    token: Option<String>,
    /// What `--database` takes, unless a password may stand in it.
    location: Option<String>,
    database: String,
}

impl Demo {
    /// Starts the stand-ins and lets plugins reach them. `plugins` is a folder of plugins to be installed.
    ///
    /// The demo's token stands in a file beside a SQLite database, so that every start can print it.
    pub async fn prepare(settings: &mut Settings, plugins: Option<PathBuf>) -> anyhow::Result<Self> {
        let bot_api =
            BotApi::start().await.context("the stand-in for Telegram's Bot API can't be started")?;
        let dealer = Dealer::start().await.context("the stand-in for the dealer can't be started")?;
        for address in [bot_api.address(), dealer.address()] {
            let endpoint = Allowed::Endpoint { host: address.ip().to_string(), port: address.port() };
            settings.egress_allow.push(endpoint);
        }
        if settings.company_name.is_none() {
            settings.company_name = Some(Company::shipped().context("the sample company")?.name);
        }
        let mut mails = None;
        let (location, database) = match &settings.database {
            Location::Sqlite(path) => {
                if settings.admin_token.is_none() {
                    settings.admin_token = Some(kept_token(&beside(path, ".demo-token"))?);
                }
                if settings.smtp.is_none() {
                    let folder = std::path::absolute(beside(path, ".mails"))?;
                    settings.smtp = Some(RelaySettings::Folder(folder.clone()));
                    mails = Some(folder);
                }
                // The line is meant for another terminal, which may stand in another folder.
                let path = std::path::absolute(path)?;
                let advice = format!("{} (stop, and remove {0}* to begin anew)", path.display());
                (Some(format!("sqlite:{}", path.display())), advice)
            }
            Location::Postgres(_) => (None, "in the PostgreSQL database that you named".to_owned()),
        };
        settings.shows_sample = true;
        let stand_ins = StandIns { bot_api, dealer };
        Ok(Self { stand_ins, mails, plugins, token: settings.admin_token.clone(), location, database })
    }

    /// Loads what is missing, lets the conversations happen if they haven't, and returns what to tell the person who
    /// started this. `made` is the token that this start has made.
    pub async fn show(&self, app: &App, address: SocketAddr, made: Option<String>) -> anyhow::Result<String> {
        let ctx = RequestContext::system(Cause::default());
        let company = Company::shipped().context("the sample company")?;
        let name = company.name.clone();
        let state = sample::state(&mut app.db.read().await?, &ctx).await?;
        match state {
            State::Foreign => bail!(
                "--demo loads its sample company into an empty database, and this one has data of its own; start without \
                 --demo, or name another by --database"
            ),
            State::Empty => {
                app.commit(&ctx, company, |tx, ctx, company| Box::pin(sample::load(tx, ctx, company)))
                    .await?;
                tracing::info!(company = %name, "loaded the sample company");
            }
            State::Loaded | State::Shown => {}
        }
        let password = let_in(app, &ctx).await?;
        let installed = plugins::install(app, &ctx, self.plugins.as_deref(), &self.stand_ins).await?;
        let dealer = installed.iter().find(|one| one.name == "dealer").map(|one| one.id);
        if let Some(dealer) = dealer {
            partner::join(app, &ctx, dealer).await.context("the sample's dealer")?;
        }
        let installed: Vec<String> = installed.into_iter().map(|one| one.name).collect();
        let complete =
            ["csat", "telegram", "web-form"].iter().all(|id| installed.iter().any(|name| name == id));
        if state != State::Shown && complete {
            let conversations = Conversations::shipped().context("the sample conversations")?;
            if installed.iter().any(|name| name == "e-mail") {
                walk::mail(app).await.context("the sample mail")?;
            }
            let conversed = walk::walk(app, &self.stand_ins.bot_api, &conversations).await;
            conversed.context("the sample conversations")?;
            if let Some(dealer) = dealer {
                partner::share_a_lead(app, &ctx, dealer).await.context("the sample's lead")?;
            }
            app.commit(&ctx, (), |tx, ctx, ()| Box::pin(sample::shown(tx, ctx))).await?;
        }
        app.presence.set_sample_shown();
        let token = self.valid_token(app, made).await?;
        let place = text::DemoAddresses {
            company: &name,
            password: &password,
            address,
            bot_api: self.stand_ins.bot_api.address(),
            mails: self.mails.as_deref(),
            database: (self.location.clone(), &self.database),
        };
        Ok(text::welcome(app, &place, token.as_deref(), &installed))
    }

    /// The token to print, if it opens anything here.
    async fn valid_token(&self, app: &App, made: Option<String>) -> anyhow::Result<Option<String>> {
        let Some(token) = made.or_else(|| self.token.clone()) else { return Ok(None) };
        let known = tokens::authenticate(app, &token).await?;
        Ok(known.map(|_| token))
    }
}

/// Gives the sample's people a password, and returns it: derived from the host's key, so that it is the same at each
/// start and another on each host.
async fn let_in(app: &App, ctx: &RequestContext) -> anyhow::Result<String> {
    let derived = app.keyring.derive("the demo's password");
    let password: String = derived.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    for user in Company::shipped().context("the sample company")?.users {
        own_password::give_first(app, ctx, &user.email, &password).await?;
    }
    Ok(password)
}

/// The token in this file; a fresh one is put there when it isn't there yet.
fn kept_token(path: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let token = tokens::generate();
            write_private(path, &token)?;
            Ok(token)
        }
        Err(error) => Err(error).with_context(|| format!("{} can't be read", path.display())),
    }
}
