//! Every setting, declared once: its flag, its variable, its default and what `galley --help` says of it.
//!
//! The name in the TOML file is the field's name here. Settings that hold a secret are never shown, neither by the help
//! nor by an error nor by `galley doctor`.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use clap::{Args, ValueEnum};

use super::{
    Settings,
    providers::ProviderOptions,
    secret_key,
    values::{self, Proxies, SecretKey},
};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// The settings as the operator gave them.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Options {
    /// A TOML file with settings: `addr = "0.0.0.0:3000"` and so on, named as the flags are, with `_` for `-`. Flags
    /// and variables win over it.
    #[arg(long, env = "GALLEY_CONFIG", value_name = "FILE", global = true, hide_env_values = true)]
    pub config: Option<PathBuf>,

    /// The database: `sqlite://PATH` is a file of Galley's own, `postgres://USER:PASSWORD@HOST/DATABASE` a server.
    #[arg(long, env = "GALLEY_DATABASE_URL", value_name = "URL", default_value = "sqlite://data/galley.db")]
    #[arg(value_parser = values::database_url, global = true, hide_env_values = true)]
    pub database_url: String,

    /// Where the server listens. Keep it on the machine itself behind a proxy; `0.0.0.0:3000` is every network.
    #[arg(long, env = "GALLEY_ADDR", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000")]
    #[arg(value_parser = values::address, global = true, hide_env_values = true)]
    pub addr: SocketAddr,

    /// Where people reach Galley, such as `https://galley.example`: it stands in links, and with https cookies are
    /// sent over https only. Without it, links name the address that the server listens on.
    #[arg(long, env = "GALLEY_PUBLIC_URL", value_name = "URL")]
    #[arg(value_parser = values::public_url, global = true, hide_env_values = true)]
    pub public_url: Option<String>,

    /// 64 hex digits, such as `openssl rand -hex 32` prints: the key that seals the providers' keys in the database.
    /// With an embedded database it may be left out: it is then made once and kept beside the file as `secret.key`.
    /// Every node on one Postgres needs the same.
    #[arg(long, env = "GALLEY_SECRET_KEY", value_name = "HEX")]
    #[arg(value_parser = values::secret_key, global = true, hide_env_values = true)]
    pub secret_key: Option<SecretKey>,

    /// Whether anybody who reaches the page may sign up. Otherwise the first person may, and later ones by invitation.
    #[arg(long, env = "GALLEY_OPEN_SIGN_UP", value_name = "true|false", default_value = "false")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    #[arg(value_parser = values::switch, global = true, hide_env_values = true)]
    pub open_sign_up: bool,

    /// How long a conversation may idle before it ends: a number with s, m, h or d.
    #[arg(long, env = "GALLEY_SESSION_IDLE", value_name = "TIME", default_value = "24h")]
    #[arg(value_parser = values::idle_seconds, global = true, hide_env_values = true)]
    pub session_idle: i64,

    /// How long an agent's answer may take: a number with s, m or h.
    #[arg(long, env = "GALLEY_ANSWER_TIMEOUT", value_name = "TIME", default_value = "2m")]
    #[arg(value_parser = values::timeout_seconds, global = true, hide_env_values = true)]
    pub answer_timeout: u64,

    /// How many requests a minute an API key may make, on each node.
    #[arg(long, env = "GALLEY_RATE_KEY", value_name = "NUMBER", default_value = "600")]
    #[arg(value_parser = values::rate, global = true, hide_env_values = true)]
    pub rate_key: NonZeroU32,

    /// How many requests a minute programs at one network address may make, on each node.
    #[arg(long, env = "GALLEY_RATE_ADDRESS", value_name = "NUMBER", default_value = "1200")]
    #[arg(value_parser = values::rate, global = true, hide_env_values = true)]
    pub rate_address: NonZeroU32,

    /// How many requests a minute one network address may make to agents' public pages, on each node.
    #[arg(long, env = "GALLEY_RATE_LINK_ADDRESS", value_name = "NUMBER", default_value = "60")]
    #[arg(value_parser = values::rate, global = true, hide_env_values = true)]
    pub rate_link_address: NonZeroU32,

    /// How many messages a minute an agent's public page takes from everybody together, on each node.
    #[arg(long, env = "GALLEY_RATE_LINK", value_name = "NUMBER", default_value = "120")]
    #[arg(value_parser = values::rate, global = true, hide_env_values = true)]
    pub rate_link: NonZeroU32,

    /// Addresses of the proxies before Galley, with commas between them: their `X-Forwarded-For` is believed, nobody
    /// else's.
    #[arg(long, env = "GALLEY_TRUSTED_PROXIES", value_name = "ADDRESSES", default_value = "")]
    #[arg(value_parser = values::proxies, hide_default_value = true, global = true, hide_env_values = true)]
    pub trusted_proxies: Proxies,

    /// What to log on standard error: error, warn, info, debug or trace, also for a part only: `info,sqlx=debug`.
    /// Default: `info` for the server, `warn` for the other commands.
    #[arg(long, env = "GALLEY_LOG", value_name = "FILTER")]
    #[arg(value_parser = values::log_filter, global = true, hide_env_values = true)]
    pub log: Option<String>,

    /// How log lines look.
    #[arg(long, env = "GALLEY_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    #[arg(value_enum, global = true, hide_env_values = true)]
    pub log_format: LogFormat,

    /// Who answers.
    #[command(flatten)]
    pub providers: ProviderOptions,
}

impl Options {
    /// The settings of a server that starts: finds the secret key, or makes one beside an embedded database.
    ///
    /// # Errors
    /// When there is no key and none can be made; the text names the setting.
    pub fn settings(&self) -> Result<Settings, String> {
        Ok(Settings {
            database_url: self.database_url.clone(),
            address: self.addr,
            public_url: self.public_url(),
            secret_key: secret_key::find_or_make(self.secret_key.as_ref(), &self.database_url)?,
            open_sign_up: self.open_sign_up,
            session_idle_seconds: self.session_idle,
            answer_timeout_seconds: self.answer_timeout,
            rate_key: self.rate_key,
            rate_address: self.rate_address,
            rate_link_address: self.rate_link_address,
            rate_link: self.rate_link,
            providers: self.providers.settings(),
            trusted_proxies: self.trusted_proxies.0.clone(),
        })
    }

    /// The public address; an empty one counts as none, as it comes out of a template with nothing filled in.
    #[must_use]
    pub fn public_url(&self) -> Option<String> {
        self.public_url.clone().filter(|url| !url.is_empty())
    }

    /// The file of an embedded database.
    #[must_use]
    pub fn database_file(&self) -> Option<PathBuf> {
        values::sqlite_path(&self.database_url).map(PathBuf::from)
    }
}
