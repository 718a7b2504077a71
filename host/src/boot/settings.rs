//! The configuration: flags win over the environment, which wins over the file, which wins over the defaults.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, File, FileFormat};
use ipnet::IpNet;
use serde::Deserialize;

use super::logging::{LogFormat, LogSettings};
use crate::ops::accounts::tokens;
use crate::ops::app::provider::{FirstSignIn, ProviderSettings};
use crate::plugins::egress::address::Allowed;
use crate::plugins::egress::relay::RelaySettings;
use crate::plugins::package::compile::WorkerLimits;
use crate::store::db::Location;

/// The file that is read when it is there and no other is named.
pub const FILE: &str = "hospes.toml";
/// The running program, whatever became of its file: an upgrade may have put another in its place.
const THIS_PROGRAM: &str = "/proc/self/exe";
/// The characters that an administrator's token has at least after its prefix.
const SHORTEST_TOKEN: usize = 32;
/// The most characters of the company's name.
const LONGEST_NAME: usize = 100;

/// How a host is set up.
#[derive(Clone)]
pub struct Settings {
    /// Where HTTP is served; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Where the data is.
    pub database: Location,
    /// Where the key comes from that secrets are encrypted with.
    pub key: KeySource,
    /// Where customers reach this host; `http://` and the listening address when not said.
    pub public_url: Option<String>,
    /// How customers' pages call the company; nothing when not said.
    pub company_name: Option<String>,
    /// A file with the company's logo.
    pub company_logo: Option<PathBuf>,
    /// Where compiled plugins are kept for the next start; beside a SQLite file when not said.
    pub cache: Option<PathBuf>,
    /// The program that plugins are checked and compiled by: `hospes` itself, as it runs.
    pub worker: PathBuf,
    /// What it may use for one of them.
    pub worker_limits: WorkerLimits,
    /// Private addresses that plugins may reach all the same.
    pub egress_allow: Vec<Allowed>,
    /// Which share of the plugins' calls that go well is kept, from 0 to 1; failures always are.
    pub transcripts: f64,
    /// How many requests a second a token, session or address may send to the API; 0 allows any number.
    pub rate_limit: u32,
    /// How many a second a channel's provider may deliver from one address to one installation; 0 allows any number.
    pub ingress_rate_limit: u32,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// What mail goes out by; nothing when not said.
    pub smtp: Option<RelaySettings>,
    /// The address that the host's own mail comes from; `hospes@` and the host's name when not said.
    pub smtp_from: Option<String>,
    /// By whom people can sign in besides by a password.
    pub provider: Option<ProviderSettings>,
    /// What is logged, and how.
    pub log: LogSettings,
    /// Becomes an administrator's token at the first start; one is made when not said.
    pub admin_token: Option<String>,
    /// The file that gets a checkpoint of the event log each hour.
    pub audit_checkpoint_file: Option<PathBuf>,
    /// The address that gets one.
    pub audit_checkpoint_url: Option<reqwest::Url>,
    /// Whether a sample company is to be shown, before which the host isn't ready.
    pub shows_sample: bool,
}

/// Where the key comes from that secrets are encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub enum KeySource {
    /// Its text was given.
    Text(String),
    /// It stands in this file.
    File(PathBuf),
    /// Nothing was said: SQLite keeps one in a file beside the database, PostgreSQL needs to be told.
    Unsaid,
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(_) => f.write_str("[key]"),
            Self::File(path) => path.fmt(f),
            Self::Unsaid => f.write_str("unsaid"),
        }
    }
}

/// Without what opens anything: keys, tokens, and the password in a database's address.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("key", &self.key)
            .field("public_url", &self.public_url)
            .field("cache", &self.cache)
            .field("egress_allow", &self.egress_allow)
            .field("smtp", &self.smtp)
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}

/// What the command line said.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--listen`.
    pub listen: Option<String>,
    /// `--database`.
    pub database: Option<String>,
    /// `--config`.
    pub config: Option<PathBuf>,
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file that was named isn't there or can't be read.
    #[error(
        "the configuration file {path} can't be read: {error}; name another by --config or HOSPES_CONFIG"
    )]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A key that doesn't exist or a value of the wrong type.
    #[error("the configuration{place}: {error}")]
    Malformed {
        /// ` in hospes.toml`, or nothing.
        place: String,
        /// What is wrong, naming the key.
        error: Box<ConfigError>,
    },
    /// A value that makes no sense.
    #[error("{key} = {value:?} ({source_name}): {problem}")]
    Wrong {
        /// The key.
        key: &'static str,
        /// Its value; `...` for secrets.
        value: String,
        /// Where one changes it.
        source_name: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// The keys, as the file has them; `HOSPES_` and the key in capitals is the variable.
const KEYS: [&str; 33] = [
    "listen",
    "database",
    "key",
    "key_file",
    "public_url",
    "company_name",
    "company_logo",
    "cache",
    "compile_memory_mib",
    "compile_seconds",
    "egress_allow",
    "transcripts",
    "rate_limit",
    "ingress_rate_limit",
    "trusted_proxies",
    "smtp_relay",
    "smtp_tls",
    "smtp_user",
    "smtp_password",
    "smtp_from",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_name",
    "oidc_scopes",
    "oidc_claim",
    "oidc_roles",
    "oidc_first_sign_in",
    "log",
    "log_format",
    "admin_token",
    "audit_checkpoint_file",
    "audit_checkpoint_url",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    listen: String,
    database: String,
    key: Option<String>,
    key_file: Option<PathBuf>,
    public_url: Option<String>,
    company_name: Option<String>,
    company_logo: Option<PathBuf>,
    cache: Option<PathBuf>,
    compile_memory_mib: u64,
    compile_seconds: u64,
    egress_allow: Vec<String>,
    transcripts: f64,
    rate_limit: u32,
    ingress_rate_limit: u32,
    trusted_proxies: Vec<String>,
    smtp_relay: Option<String>,
    smtp_tls: Option<String>,
    smtp_user: Option<String>,
    smtp_password: Option<String>,
    smtp_from: Option<String>,
    oidc_issuer: Option<String>,
    oidc_client_id: Option<String>,
    oidc_client_secret: Option<String>,
    oidc_name: Option<String>,
    oidc_scopes: Vec<String>,
    oidc_claim: String,
    oidc_roles: Vec<String>,
    oidc_first_sign_in: String,
    log: String,
    log_format: String,
    admin_token: Option<String>,
    audit_checkpoint_file: Option<PathBuf>,
    audit_checkpoint_url: Option<String>,
}

/// Where a value came from, for messages.
struct Sources<'a> {
    flags: &'a Flags,
    environment: &'a BTreeMap<String, String>,
    file: Option<&'a Path>,
}

impl Sources<'_> {
    fn of(&self, key: &'static str) -> String {
        let flag = match key {
            "listen" => self.flags.listen.is_some(),
            "database" => self.flags.database.is_some(),
            _ => false,
        };
        let variable = variable(key);
        match self.file {
            _ if flag => format!("by --{key}"),
            _ if self.environment.contains_key(&variable) => format!("by {variable}"),
            Some(file) => format!("by {}", file.display()),
            None => format!("set it by {variable}"),
        }
    }

    fn wrong(&self, key: &'static str, value: &str, problem: impl std::fmt::Display) -> SettingsError {
        let (value, problem) = (value.to_owned(), problem.to_string());
        SettingsError::Wrong { key, value, source_name: self.of(key), problem }
    }
}

fn variable(key: &str) -> String {
    format!("HOSPES_{}", key.to_ascii_uppercase())
}

/// The variables of the process that are ours.
pub fn environment() -> BTreeMap<String, String> {
    let all = std::env::vars_os();
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        let name = name.into_string().ok().filter(|name| name.starts_with("HOSPES_"))?;
        Some((name, value.to_string_lossy().into_owned()))
    };
    all.filter_map(text).collect()
}

impl Settings {
    /// Puts the configuration together. An empty variable counts as none.
    pub fn load(flags: &Flags, environment: &BTreeMap<String, String>) -> Result<Self, SettingsError> {
        let variable_of = |key: &str| environment.get(&variable(key)).filter(|value| !value.is_empty());
        let named = flags.config.clone().or_else(|| variable_of("config").map(PathBuf::from));
        let path = named.clone().unwrap_or_else(|| FILE.into());
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => None,
            Err(error) => return Err(SettingsError::Unreadable { path: path.display().to_string(), error }),
        };
        let file = text.is_some().then_some(path.as_path());
        let sources = Sources { flags, environment, file };
        let raw = merge(&sources, text.as_deref().unwrap_or_default()).map_err(|error| {
            let place = file.map(|file| format!(" in {}", file.display())).unwrap_or_default();
            SettingsError::Malformed { place, error: Box::new(error) }
        })?;
        raw.judge(&sources)
    }
}

fn merge(sources: &Sources<'_>, file: &str) -> Result<Raw, ConfigError> {
    let mut builder = Config::builder()
        .set_default("listen", "127.0.0.1:8080")?
        .set_default("database", "sqlite:hospes.db")?
        .set_default("compile_memory_mib", WorkerLimits::default().memory_mib)?
        .set_default("compile_seconds", WorkerLimits::default().seconds)?
        .set_default("egress_allow", Vec::<String>::new())?
        .set_default("transcripts", 0.01)?
        .set_default("rate_limit", 1_000)?
        .set_default("ingress_rate_limit", 2_000)?
        .set_default("trusted_proxies", vec!["127.0.0.0/8", "::1/128"])?
        // PostgreSQL's notices tell that a table is there already.
        .set_default("log", "info,sqlx::postgres::notice=warn")?
        .set_default("log_format", "text")?
        .set_default("oidc_scopes", vec!["profile", "email"])?
        .set_default("oidc_claim", "groups")?
        .set_default("oidc_roles", Vec::<String>::new())?
        .set_default("oidc_first_sign_in", FirstSignIn::Link.as_str())?
        .add_source(File::from_str(file, FileFormat::Toml));
    for key in KEYS {
        let value = sources.environment.get(&variable(key)).filter(|value| !value.is_empty());
        let Some(value) = value else { continue };
        builder = match key {
            "egress_allow" | "trusted_proxies" | "oidc_scopes" | "oidc_roles" => {
                builder.set_override(key, list(value))?
            }
            _ => builder.set_override(key, value.as_str())?,
        };
    }
    builder
        .set_override_option("listen", sources.flags.listen.clone())?
        .set_override_option("database", sources.flags.database.clone())?
        .build()?
        .try_deserialize()
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

impl Raw {
    fn judge(self, sources: &Sources<'_>) -> Result<Settings, SettingsError> {
        let smtp = smtp::judge(&self, sources)?;
        let smtp_from = smtp::sender(&self, sources)?;
        let provider = provider::judge(&self, sources)?;
        let listen = self.listen.parse().map_err(|_| {
            let problem = "write an address and a port, for example 127.0.0.1:8080 or [::]:8080";
            sources.wrong("listen", &self.listen, problem)
        })?;
        let database =
            self.database.parse().map_err(|problem: String| sources.wrong("database", "...", problem))?;
        let key = match (self.key, self.key_file) {
            (Some(_), Some(_)) => {
                return Err(sources.wrong("key_file", "...", "set HOSPES_KEY or HOSPES_KEY_FILE, not both"));
            }
            (Some(text), None) => KeySource::Text(text),
            (None, Some(path)) => KeySource::File(path),
            (None, None) => KeySource::Unsaid,
        };
        let public_url = self.public_url.map(|url| public_url(&url, sources)).transpose()?;
        if let Some(name) = self.company_name.as_ref().filter(|name| name.chars().count() > LONGEST_NAME) {
            let problem = format!("a company's name has at most {LONGEST_NAME} characters");
            return Err(sources.wrong("company_name", name, problem));
        }
        let allowed =
            |text: &String| text.parse().map_err(|error| sources.wrong("egress_allow", text, error));
        let egress_allow = self.egress_allow.iter().map(allowed).collect::<Result<_, _>>()?;
        let proxy = |text: &String| {
            let address = text.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| text.parse::<IpNet>()).map_err(|_| {
                let problem = "write addresses or networks of proxies, for example 10.0.0.5 or 10.0.0.0/8";
                sources.wrong("trusted_proxies", text, problem)
            })
        };
        let trusted_proxies = self.trusted_proxies.iter().map(proxy).collect::<Result<_, _>>()?;
        let transcripts = self.transcripts;
        if !(0.0..=1.0).contains(&transcripts) {
            let problem = "write a share from 0 (none) to 1 (all), for example 0.01";
            return Err(sources.wrong("transcripts", &transcripts.to_string(), problem));
        }
        for (key, value) in
            [("compile_memory_mib", self.compile_memory_mib), ("compile_seconds", self.compile_seconds)]
        {
            if !(1..=1 << 20).contains(&value) {
                return Err(sources.wrong(key, &value.to_string(), "write a whole number from 1 to 1048576"));
            }
        }
        let format = match self.log_format.as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            other => return Err(sources.wrong("log_format", other, "write text or json")),
        };
        let filter = self.log;
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&filter) {
            let problem = format!("{error}; write for example info, or warn,hospes=debug");
            return Err(sources.wrong("log", &filter, problem));
        }
        if let Some(token) = &self.admin_token {
            let secret = token.strip_prefix(tokens::PREFIX).unwrap_or_default();
            if secret.len() < SHORTEST_TOKEN || !secret.bytes().all(|b| b.is_ascii_graphic()) {
                let problem = format!(
                    "it must begin with {} and have {SHORTEST_TOKEN} letters and digits or more after that; make \
                     one with: echo {}$(openssl rand -hex 32)",
                    tokens::PREFIX,
                    tokens::PREFIX
                );
                return Err(sources.wrong("admin_token", "...", problem));
            }
        }
        let checkpoint_url =
            self.audit_checkpoint_url.map(|url| checkpoint_url(&url, sources)).transpose()?;
        Ok(Settings {
            listen,
            database,
            key,
            public_url,
            company_name: self
                .company_name
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty()),
            company_logo: self.company_logo,
            cache: self.cache,
            worker: PathBuf::from(THIS_PROGRAM),
            worker_limits: WorkerLimits {
                memory_mib: self.compile_memory_mib,
                seconds: self.compile_seconds,
            },
            egress_allow,
            transcripts,
            rate_limit: self.rate_limit,
            ingress_rate_limit: self.ingress_rate_limit,
            trusted_proxies,
            smtp,
            smtp_from,
            provider,
            log: LogSettings { filter, format },
            admin_token: self.admin_token,
            audit_checkpoint_file: self.audit_checkpoint_file,
            audit_checkpoint_url: checkpoint_url,
            shows_sample: false,
        })
    }
}

fn public_url(text: &str, sources: &Sources<'_>) -> Result<String, SettingsError> {
    let plain = reqwest::Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    match plain {
        Some(_) => Ok(text.trim_end_matches('/').to_owned()),
        None => {
            let problem = "write where customers reach this host, for example https://crm.example.com";
            Err(sources.wrong("public_url", text, problem))
        }
    }
}

fn checkpoint_url(text: &str, sources: &Sources<'_>) -> Result<reqwest::Url, SettingsError> {
    let url = reqwest::Url::parse(text).ok();
    // The address isn't shown: a secret may stand in its path.
    let problem = "write where checkpoints are sent, for example https://audit.example.com/hospes";
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| sources.wrong("audit_checkpoint_url", "...", problem))
}

mod provider;
mod smtp;

#[cfg(test)]
mod tests;
