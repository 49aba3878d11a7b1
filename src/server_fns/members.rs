//! The members page: who belongs to the workspace, invitations, reset links.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{
    account::{Invitation, Me, Member, Role},
    error::Error,
    page::Page,
};

/// What the members page starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MembersPage {
    /// One page of the members.
    pub members: Page<Member>,
    /// The invitations that may still be used; none for who is no admin.
    pub invitations: Vec<Invitation>,
    /// A link that was just made by a plain form. It is shown this once.
    pub made: Option<MadeLink>,
}

/// A link that was just made, and what it is for. It cannot be read again later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeLink {
    /// The whole address.
    pub url: String,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To join the workspace.
    Invitation {
        /// For how long it works.
        days: i64,
    },
    /// To set a new password.
    Reset,
}

/// What the members page shows.
#[server(prefix = "/fn", endpoint = "show_members")]
pub async fn show_members(cursor: Option<String>, words: Option<String>) -> Result<MembersPage, Error> {
    use crate::{
        model::page::MAX_LIMIT,
        server::{
            domain::{invitations, members},
            web::{context, made_once, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let made = made_once::take(&core, &context::parts()?, &Reply::take(), &made_once::LINK);
    let words = words.unwrap_or_default();
    let members = members::search(&core, &me, &words, cursor.as_deref(), MAX_LIMIT).await?;
    let invitations = if me.role == Role::Admin { invitations::list(&core, &me).await? } else { Vec::new() };
    Ok(MembersPage { members, invitations, made })
}

/// Makes an invitation.
#[server(prefix = "/fn", endpoint = "make_invitation")]
pub async fn make_invitation(
    role: Role,
    #[server(default)] note: String,
    #[server(default)] days: Option<i64>,
) -> Result<MadeLink, Error> {
    use crate::{
        model::account::INVITATION_DAYS,
        paths,
        server::{
            domain::invitations,
            web::{context, made_once, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let (parts, reply) = (context::parts()?, Reply::take());
    let days = days.unwrap_or(INVITATION_DAYS);
    let token = invitations::invite_for(&core, &me, role, &note, days).await?.token;
    let url = made_once::url(&core, &parts, &paths::invitation(&token));
    let made = MadeLink { url, purpose: Purpose::Invitation { days } };
    made_once::show(&core, &reply, &made_once::LINK, &made)?;
    Ok(made)
}

/// Takes an invitation back.
#[server(prefix = "/fn", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(id: Uuid) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::invitations,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    invitations::revoke(&core, &me, id).await?;
    reply.go_saying(paths::MEMBERS, &Flash::good("Invitation taken back"));
    Ok(())
}

/// Lets the person who is signed in into the workspace that a link invites them to.
#[server(prefix = "/fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(invitation: String) -> Result<Me, Error> {
    use crate::{
        paths,
        server::{
            domain::{invitations, sign_ins},
            web::{caller, context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let (session, source) = context::browser()?;
    let reply = Reply::take();
    let entered = invitations::accept(&core, &me, &source, &invitation).await?;
    caller::remember(&core, &session, &source, entered).await?;
    let me = sign_ins::who(&core, entered.account, Some(entered.workspace)).await?.ok_or_else(Error::unauthorized)?;
    reply.go(paths::AGENTS);
    Ok(me)
}

/// Makes a link that sets a new password for a member, once.
#[server(prefix = "/fn", endpoint = "make_reset_link")]
pub async fn make_reset_link(account: Uuid) -> Result<MadeLink, Error> {
    use crate::{
        paths,
        server::{
            domain::passwords,
            web::{context, made_once, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let (parts, reply) = (context::parts()?, Reply::take());
    let token = passwords::make_reset_link(&core, &me, account).await?;
    let made = MadeLink { url: made_once::url(&core, &parts, &paths::reset(&token)), purpose: Purpose::Reset };
    made_once::show(&core, &reply, &made_once::LINK, &made)?;
    Ok(made)
}

/// Makes a member an admin, or an admin a member.
#[server(prefix = "/fn", endpoint = "set_member_role")]
pub async fn set_member_role(account: Uuid, role: Role) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::members,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    members::set_role(&core, &me, account, role).await?;
    reply.go_saying(paths::MEMBERS, &Flash::good("Role changed"));
    Ok(())
}

/// Ends a membership; the person's agents go to the admin who does it.
#[server(prefix = "/fn", endpoint = "remove_member")]
pub async fn remove_member(account: Uuid) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::members,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    members::remove(&core, &me, account).await?;
    reply.go_saying(paths::MEMBERS, &Flash::good("Removed from the workspace. Their agents are yours now."));
    Ok(())
}
