//! The command line: `galley serve` and the commands of the person who runs it.
//!
//! Each command works on the configured database, while a server runs on it too. Standard output carries the answer,
//! standard error the log and what went wrong. Exit codes: 0 done, 1 failed, 2 wrong settings or flags.
//! To add a command: a variant of [`Command`] with its documentation, and a file here.

pub mod admin;
pub mod backup;
pub mod doctor;
pub mod keys;
pub mod migrate;
pub mod restore;
pub mod serve;

use std::{ffi::OsString, fmt::Display, path::PathBuf, process::ExitCode};

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{
    failure::Failure,
    settings::{Options, file, values},
    store::db::Db,
    telemetry,
};

/// Galley: build AI agents, try them, release them, roll them back.
#[derive(Debug, Parser)]
#[command(name = "galley", bin_name = "galley", version, subcommand_precedence_over_arg = true)]
#[command(after_help = "Without a command, the server starts.")]
#[command(
    after_long_help = "Without a command, the server starts. A setting comes from its flag, else from its variable, \
    else from the settings file, else it has its default."
)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server: the database is made or brought up to date first.
    Serve,
    /// Make the database or bring it up to date, and end. The server does this itself when it starts.
    Migrate,
    /// Say what is configured, what is reachable and what is broken; exit code 1 when something is.
    Doctor,
    /// Write the whole database to one file, while the server runs. It fits SQLite and Postgres alike.
    Backup {
        /// The file to make. One that is there is replaced once the new one is whole.
        file: PathBuf,
    },
    /// Replace everything in the database with what a backup holds, while the server runs.
    Restore {
        /// The file that `galley backup` made.
        file: PathBuf,
        /// Replace a database that holds agents.
        #[arg(long)]
        yes: bool,
    },
    /// Make an admin, or a link for a forgotten password.
    Admin {
        /// What to do.
        #[command(subcommand)]
        admin: admin::Admin,
    },
    /// Make, list and revoke API keys.
    Keys {
        /// What to do.
        #[command(subcommand)]
        keys: keys::Keys,
    },
}

/// Why a command ended early.
#[derive(Debug)]
pub enum Stop {
    /// The flags are not understood, or help was asked for.
    Usage(clap::Error),
    /// A setting is wrong; the text begins with its name.
    Setting(String),
    /// It did not work.
    Failed(String),
}

impl Stop {
    /// A failure, said in the error's own words.
    pub fn failed(error: impl Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// A failure of the server's parts, with its cause: the person at the command line runs the server.
    pub fn server(failure: Failure) -> Self {
        let fields: Vec<_> = failure.public.errors.iter().map(ToString::to_string).collect();
        Self::Failed(match failure.cause {
            Some(cause) => format!("{} ({cause})", failure.public.detail),
            None if fields.is_empty() => failure.public.detail,
            None => fields.join("; "),
        })
    }

    /// Tells the person, and the shell.
    fn report(self) -> ExitCode {
        let (text, code) = match self {
            Self::Usage(error) => {
                let _ = error.print();
                return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
            }
            Self::Setting(text) => (text, 2),
            Self::Failed(text) => (text, 1),
        };
        eprintln!("galley: {text}");
        ExitCode::from(code)
    }
}

/// Runs the command that the process was started with.
pub async fn run() -> ExitCode {
    let done = match parse(std::env::args_os()) {
        Ok(cli) => Box::pin(dispatch(cli)).await,
        Err(stop) => Err(stop),
    };
    done.unwrap_or_else(Stop::report)
}

async fn dispatch(Cli { options, command }: Cli) -> Result<ExitCode, Stop> {
    let command = command.unwrap_or(Command::Serve);
    let usual = if matches!(command, Command::Serve) { "info,sqlx=warn" } else { "warn" };
    telemetry::start(options.log.as_deref().filter(|filter| !filter.is_empty()).unwrap_or(usual), options.log_format);
    // reqwest and sqlx share one TLS implementation; an error means that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match command {
        Command::Serve => serve::run(&options).await,
        Command::Migrate => migrate::run(&options).await,
        Command::Doctor => doctor::run(&options).await,
        Command::Backup { file } => backup::run(&options, &file).await,
        Command::Restore { file, yes } => restore::run(&options, &file, yes).await,
        Command::Admin { admin } => Box::pin(admin::run(&options, &admin)).await,
        Command::Keys { keys } => Box::pin(keys::run(&options, &keys)).await,
    }
    .map(|()| ExitCode::SUCCESS)
}

/// Reads flags, environment and file.
fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Cli, Stop> {
    let arguments: Vec<OsString> = arguments.collect();
    let mut command = Cli::command();
    let mut matches = command.try_get_matches_from_mut(&arguments).map_err(|error| explain(error, &mut command))?;
    let config = matches.get_one::<PathBuf>("config").filter(|path| !path.as_os_str().is_empty());
    if let Some(path) = config {
        command = file::apply(Cli::command(), path).map_err(Stop::Setting)?;
        matches = command.try_get_matches_from_mut(&arguments).map_err(|error| explain(error, &mut command))?;
    }
    Cli::from_arg_matches(&matches).map_err(Stop::Usage)
}

/// A wrong setting is one line with its names and what was expected; clap says the rest well itself.
fn explain(error: clap::Error, command: &mut clap::Command) -> Stop {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else { return Stop::Usage(error) };
    let setting = command.get_arguments().find(|argument| argument.to_string() == *shown);
    let Some((setting, variable)) = setting.and_then(|setting| Some((setting, setting.get_env()?.to_str()?))) else {
        return Stop::Usage(error);
    };
    let expected = match (error.kind(), error.get(ContextKind::ValidValue)) {
        (ErrorKind::InvalidValue, Some(ContextValue::Strings(values))) => values.join(" or "),
        (ErrorKind::InvalidUtf8, _) => "UTF-8".to_owned(),
        _ => match std::error::Error::source(&error) {
            Some(expected) => expected.to_string(),
            None => return Stop::Usage(error),
        },
    };
    let id = setting.get_id().as_str();
    let may_show = !id.contains("key") && id != "database_url";
    let found = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(found)) if may_show => format!(", not {found:?}"),
        _ => String::new(),
    };
    let flag = id.replace('_', "-");
    Stop::Setting(format!("{variable} (--{flag}, or `{id}` in the settings file): expected {expected}{found}"))
}

/// The configured database, which is made where there is none.
///
/// # Errors
/// When it cannot be opened; the text says why.
pub async fn database(options: &Options) -> Result<Db, Stop> {
    let url = &options.database_url;
    Db::open(url)
        .await
        .map_err(|error| Stop::Failed(format!("the database {} cannot be opened: {error}", values::masked(url))))
}

/// The configured database, which has to be there.
///
/// # Errors
/// When there is none, or it cannot be opened; the text says why.
pub async fn existing_database(options: &Options) -> Result<Db, Stop> {
    match options.database_file().filter(|file| !file.exists()) {
        Some(file) => Err(Stop::Failed(format!("there is no database at {} (GALLEY_DATABASE_URL)", file.display()))),
        None => database(options).await,
    }
}

/// Writes an answer to standard output; a reader that has gone away is no reason to panic.
pub fn say(text: impl Display) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_setting_has_a_variable_a_description_and_hides_its_value() {
        let command = Cli::command();
        for setting in command.get_arguments().filter(|argument| argument.get_long().is_some()) {
            let id = setting.get_id().as_str();
            let variable = format!("GALLEY_{}", id.to_uppercase());
            assert_eq!(setting.get_env().and_then(|name| name.to_str()), Some(variable.as_str()));
            assert!(setting.get_help().is_some(), "{id} is not described");
            assert!(setting.is_hide_env_values_set(), "{id} shows its value in the help");
            assert!(setting.is_global_set(), "{id} does not work after a command");
        }
    }
}
