//! The workspace: its name and rules, members, invitations, the models it has and who provides them.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    idempotency::Act,
    operation::needs,
    page::{Listed, PeopleQuery},
    reply::Reply,
    request::{InPath, Params},
};
use crate::{
    model::{
        account::{INVITATION_DAYS, Invitation, Member, Role},
        api_key::Scope,
        page,
        provider::{Provider, ProviderForm},
        publishing::WorkspaceSettings,
    },
    paths,
    server::{
        core::Core,
        domain::{caller::Caller, invitations, members, providers, workspaces},
    },
};

const ADMIN: &[Scope] = &[Scope::Admin];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(&[], routes!(get_workspace)))
        .routes(needs(ADMIN, routes!(change_workspace)))
        .routes(needs(ADMIN, routes!(list_members)))
        .routes(needs(ADMIN, routes!(set_role)))
        .routes(needs(ADMIN, routes!(remove_member)))
        .routes(needs(ADMIN, routes!(list_invitations)))
        .routes(needs(ADMIN, routes!(invite)))
        .routes(needs(ADMIN, routes!(revoke_invitation)))
        .routes(needs(&[], routes!(list_models)))
        .routes(needs(ADMIN, routes!(list_providers)))
        .routes(needs(ADMIN, routes!(add_provider)))
        .routes(needs(ADMIN, routes!(change_provider)))
        .routes(needs(ADMIN, routes!(delete_provider)))
}

/// The workspace that the key or the sign-in is of.
#[utoipa::path(get, path = "/workspace", tag = "Workspace", responses((status = 200, body = WorkspaceSettings)))]
async fn get_workspace(State(core): State<Core>, caller: Caller) -> Answer {
    Ok(Reply::ok(&workspaces::settings(&core, &caller).await?)?.into())
}

/// Names the workspace, and says who publishes in it. It holds from the next request on.
#[utoipa::path(put, path = "/workspace", tag = "Workspace", request_body = WorkspaceSettings, responses((status = 200, body = WorkspaceSettings)))]
async fn change_workspace(State(core): State<Core>, act: Act<WorkspaceSettings>) -> Answer {
    act.once(&core, async |core, act| Reply::ok(&workspaces::change(&core, &act.caller, &act.body).await?)).await
}

/// The members of the workspace.
#[utoipa::path(get, path = "/members", tag = "Workspace", params(PeopleQuery), responses((status = 200, body = Listed<Member>)))]
async fn list_members(State(core): State<Core>, caller: Caller, Params(query): Params<PeopleQuery>) -> Answer {
    let limit = page::limit(query.limit)?;
    let words = query.q.unwrap_or_default();
    let page = members::search(&core, &caller, &words, query.cursor.as_deref(), limit).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// A role.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetRole {
    /// What the member is to be.
    role: Role,
}

/// Makes a member an admin, or an admin a member.
#[utoipa::path(put, path = "/members/{id}", tag = "Workspace", params(("id" = Uuid, Path)), request_body = SetRole, responses((status = 200, body = SetRole)))]
async fn set_role(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<SetRole>) -> Answer {
    act.once(&core, async |core, act| {
        members::set_role(&core, &act.caller, id, act.body.role).await?;
        Reply::ok(&act.body)
    })
    .await
}

/// Takes somebody out of the workspace. Their agents go to the admin who does it.
#[utoipa::path(delete, path = "/members/{id}", tag = "Workspace", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn remove_member(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    members::remove(&core, &caller, id).await?;
    Ok(Reply::nothing().into())
}

/// The invitations that stand.
#[utoipa::path(get, path = "/invitations", tag = "Workspace", responses((status = 200, body = Listed<Invitation>)))]
async fn list_invitations(State(core): State<Core>, caller: Caller) -> Answer {
    let data = invitations::list(&core, &caller).await?;
    Ok(Reply::ok(&Listed { data, next_cursor: None })?.into())
}

/// Whom to invite.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Invite {
    /// What they will be.
    role: Role,
    /// For whom it is, as a reminder.
    #[serde(default)]
    note: Option<String>,
    /// For how many days it may be used.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 90, default = 7)]
    expires_in_days: Option<i64>,
}

/// An invitation's link.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Invited {
    /// The link; it is shown this once, and whoever has it may join.
    url: String,
    /// What it names; it can be taken back by the id.
    #[serde(flatten)]
    invitation: Invitation,
}

/// Makes a link with which one person joins the workspace.
#[utoipa::path(post, path = "/invitations", tag = "Workspace", request_body = Invite, responses((status = 201, body = Invited)))]
async fn invite(State(core): State<Core>, act: Act<Invite>) -> Answer {
    act.once(&core, async |core, act| {
        let Invite { role, note, expires_in_days } = act.body;
        let days = expires_in_days.unwrap_or(INVITATION_DAYS);
        let made = invitations::invite_for(&core, &act.caller, role, &note.unwrap_or_default(), days).await?;
        let base = core.settings.public_url.clone().unwrap_or_default();
        let url = format!("{base}{}", paths::invitation(&made.token));
        Reply::created(&Invited { url, invitation: made.invitation })
    })
    .await
}

/// Makes an invitation void.
#[utoipa::path(delete, path = "/invitations/{id}", tag = "Workspace", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn revoke_invitation(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    invitations::revoke(&core, &caller, id).await?;
    Ok(Reply::nothing().into())
}

/// A model.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Model {
    /// What an agent's config names it by: `provider/model`, or `rehearsal`.
    #[schema(example = "rehearsal")]
    id: String,
    /// What people call it.
    name: String,
}

/// The models that agents may name.
#[utoipa::path(get, path = "/models", tag = "Workspace", responses((status = 200, body = Listed<Model>)))]
async fn list_models(State(core): State<Core>, caller: Caller) -> Answer {
    let models = providers::models(&core, &caller).await?;
    let data = models.into_iter().map(|model| Model { id: model.name, name: model.label }).collect();
    Ok(Reply::ok(&Listed { data, next_cursor: None })?.into())
}

/// Who provides models. Keys are never shown.
#[utoipa::path(get, path = "/providers", tag = "Workspace", responses((status = 200, body = Listed<Provider>)))]
async fn list_providers(State(core): State<Core>, caller: Caller) -> Answer {
    let data = providers::list(&core, &caller).await?;
    Ok(Reply::ok(&Listed { data, next_cursor: None })?.into())
}

/// Adds a provider of models. Its key is sealed, and never shown again.
#[utoipa::path(post, path = "/providers", tag = "Workspace", request_body = ProviderForm, responses((status = 201, body = Provider)))]
async fn add_provider(State(core): State<Core>, act: Act<ProviderForm>) -> Answer {
    act.once(&core, async |core, act| Reply::created(&providers::save(&core, &act.caller, None, &act.body).await?))
        .await
}

/// Changes a provider. Without a key the one it has stays, unless the address changes.
#[utoipa::path(put, path = "/providers/{id}", tag = "Workspace", params(("id" = Uuid, Path)), request_body = ProviderForm, responses((status = 200, body = Provider)))]
async fn change_provider(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<ProviderForm>) -> Answer {
    act.once(&core, async |core, act| Reply::ok(&providers::save(&core, &act.caller, Some(id), &act.body).await?)).await
}

/// Removes a provider. Agents that name its models keep the name, and cannot answer.
#[utoipa::path(delete, path = "/providers/{id}", tag = "Workspace", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete_provider(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    providers::delete(&core, &caller, id).await?;
    Ok(Reply::nothing().into())
}
