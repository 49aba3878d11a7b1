//! A second person's approval before a publish, from the Release dropdown.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::{
    approval::{Approval, Decision},
    error::Error,
    publishing::PublishingRules,
};

/// What stands between the draft and its users.
#[server(prefix = "/fn", endpoint = "load_publishing_rules")]
pub async fn load_publishing_rules(agent: Uuid) -> Result<PublishingRules, Error> {
    use crate::server::{domain::approvals, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(approvals::rules(&core, &caller, agent).await?)
}

/// Asks for an approval of the draft that the person saw, numbered `expected_draft`.
#[server(prefix = "/fn", endpoint = "request_approval", input = PostUrl)]
pub async fn request_approval(
    agent: Uuid,
    expected_draft: i64,
    #[server(default)] note: String,
) -> Result<Approval, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::approvals,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = approvals::request(&core, &caller, agent, &note, Some(expected_draft)).await;
    let said = match &outcome {
        Ok(asked) => Flash::good(asked.approval.asked_sentence()),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::release_menu(agent), &said);
    Ok(outcome?.approval)
}

/// Approves, rejects or withdraws a request.
#[server(prefix = "/fn", endpoint = "decide_approval", input = PostUrl)]
pub async fn decide_approval(
    agent: Uuid,
    approval: Uuid,
    decision: Decision,
    #[server(default)] comment: String,
) -> Result<Approval, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::approvals,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = approvals::decide(&core, &caller, agent, approval, decision, &comment).await;
    let said = match &outcome {
        Ok(approval) => Flash::good(approval.decided_sentence()),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::release_menu(agent), &said);
    Ok(outcome?)
}

/// Asks that a second person approves each draft before it is published, or no longer.
#[server(prefix = "/fn", endpoint = "set_needs_approval", input = PostUrl)]
pub async fn set_needs_approval(agent: Uuid, #[server(default)] on: bool) -> Result<PublishingRules, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::approvals,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = approvals::set_needed(&core, &caller, agent, on).await;
    let said = match &outcome {
        Ok(rules) => Flash::good(rules.switched_sentence()),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::release_menu(agent), &said);
    Ok(outcome?)
}
