//! `galley admin …`: what only the person who runs the server may do.

use clap::Subcommand;
use tokio::io::AsyncReadExt;

use super::{Stop, say};
use crate::{
    model::error::Error,
    paths,
    server::{
        core::Core,
        domain::{accounts, passwords, sign_ins},
        failure::Outcome,
        settings::Options,
        start,
    },
};

/// No password is longer.
const LONGEST_PASSWORD: u64 = 4096;

/// What there is to administer.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make an admin: of the first workspace, or of a new one.
    Create {
        /// The admin's address. One that has an account keeps it and its password.
        #[arg(long)]
        email: String,
        /// Read the password from standard input, so that it stands in no list of processes.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The workspace's name; it is made when there is none of that name.
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Print a link with which somebody sets a new password, once.
    ResetLink {
        /// The address of the account.
        #[arg(long)]
        email: String,
    },
}

/// Does it, and says what was done.
///
/// # Errors
/// When the settings, the address or the password are wrong, or the database fails.
pub async fn run(options: &Options, admin: &Admin) -> Result<(), Stop> {
    let settings = options.settings().map_err(Stop::Setting)?;
    let base = settings.public_url.clone().unwrap_or_else(|| format!("http://{}", start::reachable(settings.address)));
    let core = start::open(settings).await.map_err(Stop::failed)?;
    let done = match admin {
        Admin::Create { email, workspace, .. } => {
            let password = password().await?;
            create(&core, email, &password, workspace.as_deref())
                .await
                .map(|workspace| format!("{email} is an admin of {workspace}. Sign in at {base}"))
        }
        Admin::ResetLink { email } => passwords::make_reset_link_by_email(&core, email)
            .await
            .map(|token| format!("{base}{}", paths::reset(&token))),
    };
    core.db.close().await;
    say(done.map_err(Stop::server)?);
    Ok(())
}

/// Gives the workspace's name.
async fn create(core: &Core, email: &str, password: &str, workspace: Option<&str>) -> Outcome<String> {
    let entered = accounts::create_admin(core, email, password, workspace).await?;
    let me = sign_ins::who(core, entered.account, Some(entered.workspace)).await?;
    Ok(me.ok_or_else(Error::not_found)?.workspace.name)
}

/// The first line of standard input.
async fn password() -> Result<String, Stop> {
    let mut text = String::new();
    let read = tokio::io::stdin().take(LONGEST_PASSWORD).read_to_string(&mut text).await;
    read.map_err(|error| Stop::Failed(format!("the password cannot be read from standard input: {error}")))?;
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(line.to_owned()),
        None => Err(Stop::Failed("expected a password on standard input".to_owned())),
    }
}
