//! `galley keys …`: API keys for programs, made by the person who runs the server.

use clap::Subcommand;
use uuid::Uuid;

use super::{Stop, say};
use crate::{
    model::{
        api_key::{ApiKey, NewApiKey, Scopes},
        error::Error,
        page::MAX_LIMIT,
    },
    server::{core::Core, domain::api_keys, failure::Outcome, settings::Options, start},
};

const DAY_SECONDS: i64 = 24 * 3600;

/// What there is to do with keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a key and print it, and nothing else. It cannot be shown again.
    Create {
        /// Whom the key acts as: it never may more than they do.
        #[arg(long)]
        email: String,
        /// What it may do, with commas: agents:read, agents:write, agents:draft, chat, admin.
        #[arg(long, value_delimiter = ',', required = true, value_name = "SCOPE,…")]
        scopes: Vec<String>,
        /// The workspace, by name or id; else the first that the account joined.
        #[arg(long)]
        workspace: Option<String>,
        /// What it is for.
        #[arg(long, default_value = "Made on the command line")]
        name: String,
        /// The only agent that it reaches; such a key takes no admin.
        #[arg(long, value_name = "ID")]
        agent: Option<Uuid>,
        /// After how many days it stops working; else never.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=36_500))]
        expires_in_days: Option<i64>,
    },
    /// List the keys that somebody sees, newest first: an admin everybody's of the workspace, a member their own.
    List {
        /// Who looks.
        #[arg(long)]
        email: String,
        /// The workspace, by name or id; else the first that the account joined.
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Revoke a key for good, at once and on every node.
    Revoke {
        /// The key's id, as `galley keys list` prints it.
        id: Uuid,
    },
}

/// Does it, and prints what was asked for.
///
/// # Errors
/// When the settings, the address or a flag are wrong, or the database fails.
pub async fn run(options: &Options, keys: &Keys) -> Result<(), Stop> {
    let settings = options.settings().map_err(Stop::Setting)?;
    let core = start::open(settings).await.map_err(Stop::failed)?;
    let done = match keys {
        Keys::Create { email, scopes, workspace, name, agent, expires_in_days } => {
            let days = *expires_in_days;
            create(&core, email, workspace.as_deref(), scopes, name, *agent, days).await
        }
        Keys::List { email, workspace } => list(&core, email, workspace.as_deref()).await,
        Keys::Revoke { id } => {
            api_keys::revoke_on_server(&core, *id).await.map(|()| format!("The key {id} is revoked."))
        }
    };
    core.db.close().await;
    say(done.map_err(Stop::server)?);
    Ok(())
}

/// Gives the secret.
async fn create(
    core: &Core,
    email: &str,
    workspace: Option<&str>,
    scopes: &[String],
    name: &str,
    agent_id: Option<Uuid>,
    days: Option<i64>,
) -> Outcome<String> {
    let scopes = Scopes::parse(scopes.iter().map(|word| word.trim())).map_err(|error| Error::invalid(vec![error]))?;
    let caller = api_keys::member(core, email, workspace).await?;
    let expires_at = days.map(|days| core.clock.now().plus_seconds(days * DAY_SECONDS));
    let new = NewApiKey { name: name.to_owned(), scopes, agent_id, expires_at };
    let (_, secret) = api_keys::make(core, &caller, &new).await?;
    Ok(secret)
}

/// Gives a line for each key.
async fn list(core: &Core, email: &str, workspace: Option<&str>) -> Outcome<String> {
    let caller = api_keys::member(core, email, workspace).await?;
    let now = core.clock.now();
    let (mut lines, mut cursor) = (Vec::new(), None);
    loop {
        let page = api_keys::list(core, &caller, None, cursor.as_deref(), Some(MAX_LIMIT)).await?;
        lines.extend(page.data.iter().map(|key| {
            let ApiKey { id, name, prefix, scopes, made_by, .. } = key;
            let state = match (key.revoked_at, key.expires_at) {
                (Some(at), _) => format!("revoked {at}"),
                (None, Some(at)) if key.works(now) => format!("until {at}"),
                (None, Some(at)) => format!("expired {at}"),
                (None, None) => "for ever".to_owned(),
            };
            format!("{id}\t{prefix}…\t{scopes}\t{state}\t{}\t{name}", made_by.name)
        }));
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None if lines.is_empty() => return Ok("There are no keys.".to_owned()),
            None => return Ok(lines.join("\n")),
        }
    }
}
