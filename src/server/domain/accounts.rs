//! Signing up: the first person makes the workspace and runs it, later ones come by invitation, or, where the operator
//! lets them, make a workspace of their own.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    audit,
    caller::Source,
    invitations,
    passwords::refuse_weak,
    sign_ins::{self, Entered},
};
use crate::{
    model::{
        account::{MAX_NAME, Role, check_email, check_name, check_password},
        error::{Code, Error, FieldError},
        sign_up::SignUpWay,
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        secrets::sha256,
        store::{
            accounts::{self, Account},
            db::Tx,
            invitations as invited, memberships, workspaces,
        },
    },
};

/// What somebody who signs up says.
#[derive(Clone, Copy, Debug)]
pub struct SignUp<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their password.
    pub password: &'a str,
    /// The name of the workspace that they make, or nothing for one named after them; not looked at with an invitation.
    pub workspace: &'a str,
    /// The token of the link that they came by.
    pub invitation: Option<&'a str>,
}

/// How a visitor with this link, or without one, may sign up right now.
///
/// # Errors
/// When the database fails.
pub async fn way(core: &Core, invitation: Option<&str>) -> Outcome<SignUpWay> {
    let at = core.clock.now();
    let hash = invitation.map(|token| sha256(token.as_bytes()));
    core.db
        .read(|tx| {
            async move {
                if let Some(hash) = hash {
                    return Ok(match invited::by_token(tx, &hash, at).await? {
                        Some(open) => SignUpWay::Invited { workspace: open.workspace_name, role: open.role },
                        None => SignUpWay::DeadInvitation,
                    });
                }
                Ok(match workspaces::first(tx).await? {
                    None => SignUpWay::First,
                    Some(_) if core.settings.open_sign_up => SignUpWay::Open,
                    Some(_) => SignUpWay::Closed,
                })
            }
            .boxed()
        })
        .await
}

/// Makes an account and lets it in.
///
/// By invitation, somebody who has an account already proves it with its password and joins with it.
///
/// # Errors
/// `validation_failed` naming each wrong field; `forbidden` without an invitation where one is needed; `not_found` for an
/// invitation that may no longer be used; `rate_limited` as for signing in.
pub async fn sign_up(core: &Core, from: &Source, form: &SignUp<'_>) -> Outcome<Entered> {
    let way = way(core, form.invitation).await?;
    let makes_workspace = matches!(way, SignUpWay::First | SignUpWay::Open);
    match way {
        SignUpWay::Closed => return Err(closed().into()),
        SignUpWay::DeadInvitation => return Err(invitations::dead().into()),
        _ => check(form, makes_workspace)?,
    }
    if let Some(token) = form.invitation {
        let known = core.db.read(|tx| async move { Ok(accounts::by_email(tx, form.email).await?) }.boxed()).await?;
        if known.is_some() {
            return join(core, from, form, token).await;
        }
    }
    let account = Account {
        id: Uuid::now_v7(),
        email: form.email.trim().to_owned(),
        name: form.name.trim().to_owned(),
        password_hash: core.hasher.hash(form.password).await?,
    };
    let workspace = match form.workspace.trim() {
        "" => format!("{}’s workspace", account.name).chars().take(MAX_NAME).collect(),
        name => name.to_owned(),
    };
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let (account, workspace) = (&account, &workspace);
            async move {
                match form.invitation {
                    Some(token) => {
                        insert(tx, account, at).await?;
                        invitations::accept_in(tx, from, account.id, token, at).await
                    }
                    None => found(tx, core, from, account, workspace, at).await,
                }
            }
            .boxed()
        })
        .await
}

async fn join(core: &Core, from: &Source, form: &SignUp<'_>, token: &str) -> Outcome<Entered> {
    let Some(account) = sign_ins::prove(core, from, form.email, form.password).await? else {
        return Err(Error::field("password", "is not the password of the account that this address has already").into());
    };
    let at = core.clock.now();
    core.db.write(|tx| invitations::accept_in(tx, from, account, token, at).boxed()).await
}

/// Makes the account and a workspace for it to run.
async fn found(
    tx: &mut Tx<'_>,
    core: &Core,
    from: &Source,
    account: &Account,
    workspace: &str,
    at: Timestamp,
) -> Outcome<Entered> {
    workspaces::lock_founding(tx).await?;
    if !core.settings.open_sign_up && workspaces::first(tx).await?.is_some() {
        return Err(closed().into());
    }
    insert(tx, account, at).await?;
    let id = Uuid::now_v7();
    workspaces::insert(tx, id, workspace, at).await?;
    memberships::insert(tx, id, account.id, Role::Admin, at).await?;
    audit::record_from(tx, from, id, Some(account.id), "workspace.create", Some(id), at).await?;
    audit::record_from(tx, from, id, Some(account.id), "account.sign_up", Some(account.id), at).await?;
    Ok(Entered { account: account.id, workspace: id })
}

async fn insert(tx: &mut Tx<'_>, account: &Account, at: Timestamp) -> Outcome<()> {
    if accounts::insert(tx, account, at).await? {
        return Ok(());
    }
    Err(Error::field("email", "has an account already; sign in instead").into())
}

fn check(form: &SignUp<'_>, makes_workspace: bool) -> Outcome<()> {
    let error =
        |field: &str, message: Option<String>| message.map(|message| FieldError { field: field.to_owned(), message });
    let named = makes_workspace && !form.workspace.trim().is_empty();
    let workspace = if named { check_name(form.workspace) } else { None };
    let errors: Vec<FieldError> = [
        error("workspace", workspace),
        error("name", check_name(form.name)),
        error("email", check_email(form.email).map(str::to_owned)),
        error("password", check_password(form.password)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::invalid(errors).into()) }
}

fn closed() -> Error {
    Error::forbidden("Signing up takes an invitation. Ask an admin of your workspace for a link.")
}

/// Makes an admin from the command line: of the first workspace, or of the one named `workspace`, which is made when
/// there is none of that name. An address that has an account keeps it and its password.
///
/// # Errors
/// `validation_failed` naming each wrong field; a workspace's name is needed when there is no workspace yet.
pub async fn create_admin(core: &Core, email: &str, password: &str, workspace: Option<&str>) -> Outcome<Entered> {
    if let Some(message) = check_email(email) {
        return Err(Error::field("email", message).into());
    }
    refuse_weak("password", password)?;
    let name = email.trim().split('@').next().unwrap_or_default();
    let new = Account {
        id: Uuid::now_v7(),
        email: email.trim().to_owned(),
        name: name.to_owned(),
        password_hash: core.hasher.hash(password).await?,
    };
    let at = core.clock.now();
    core.db.write(|tx| create_admin_in(tx, &new, workspace, at).boxed()).await
}

async fn create_admin_in(tx: &mut Tx<'_>, new: &Account, workspace: Option<&str>, at: Timestamp) -> Outcome<Entered> {
    let from = Source::command_line();
    workspaces::lock_founding(tx).await?;
    let found = match workspace {
        Some(name) => workspaces::by_name(tx, name.trim()).await?,
        None => workspaces::first(tx).await?,
    };
    let id = match found {
        Some(id) => id,
        None => {
            let name = workspace.unwrap_or("Workspace").trim();
            if let Some(message) = check_name(name) {
                return Err(Error::field("workspace", message).into());
            }
            let id = Uuid::now_v7();
            workspaces::insert(tx, id, name, at).await?;
            audit::record_from(tx, &from, id, None, "workspace.create", Some(id), at).await?;
            id
        }
    };
    let account = match accounts::by_email(tx, &new.email).await? {
        Some(known) => known.id,
        None => {
            insert(tx, new, at).await?;
            new.id
        }
    };
    match memberships::role(tx, id, account).await? {
        Some(Role::Admin) => {
            let detail = format!("{} is an admin of this workspace already.", new.email);
            return Err(Error::new(Code::NoChanges, detail).into());
        }
        Some(Role::Member) => memberships::set_role(tx, id, account, Role::Admin).await?,
        None => drop(memberships::insert(tx, id, account, Role::Admin, at).await?),
    }
    audit::record_from(tx, &from, id, None, "member.make_admin", Some(account), at).await?;
    Ok(Entered { account, workspace: id })
}
