//! A second person's approval before a publish: asking, deciding, and the rules that both go by.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access, Granted},
    audit,
    caller::Caller,
    configs, drafts,
};
use crate::{
    model::{
        agent::Right,
        approval::{Approval, ApprovalState, Decision, DecisionBlock, MAX_COMMENT, decision_blocked},
        error::{Code, Error},
        page::{self, Page},
        publishing::PublishingRules,
        release::{MAX_NOTE, NOTHING_NEW},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            agents::{self, Agent},
            approvals::{self, NewApproval},
            db::Tx,
            workspaces,
        },
    },
};

/// What stands between the draft and its users.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn rules(core: &Core, caller: &Caller, id: Uuid) -> Outcome<PublishingRules> {
    core.db
        .read(|tx| {
            async move {
                let Granted { agent, right } = access::agent(tx, caller, id, Access::Edit).await?;
                rules_in(tx, &agent, right).await
            }
            .boxed()
        })
        .await
}

/// The same for an agent that is loaded already, with the right that the reader has on it.
///
/// # Errors
/// When the database fails.
pub(super) async fn rules_in(tx: &mut Tx<'_>, agent: &Agent, right: Option<Right>) -> Outcome<PublishingRules> {
    let publishing = workspaces::publishing(tx, agent.workspace).await?;
    Ok(PublishingRules {
        publishing,
        may_publish: right >= Some(publishing.needs()),
        needs_approval: agent.needs_approval,
        may_change: right == Some(Right::Owner),
        approval: state(tx, agent).await?,
    })
}

/// Where the approval of an agent's newest draft stands.
///
/// # Errors
/// When the database fails.
pub(super) async fn state(tx: &mut Tx<'_>, agent: &Agent) -> Outcome<ApprovalState> {
    let newest = if agent.needs_approval { approvals::newest(tx, agent.workspace, agent.id).await? } else { None };
    Ok(ApprovalState::of(agent.needs_approval, newest))
}

/// Asks that a second person approves each draft before it is published, or no longer. It holds from the next request on.
///
/// # Errors
/// As [`access::agent`] for an owner.
pub async fn set_needed(core: &Core, caller: &Caller, id: Uuid, needed: bool) -> Outcome<PublishingRules> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let Granted { mut agent, right } = access::agent_locked(tx, caller, id, Access::Own).await?;
                if agent.needs_approval != needed {
                    agents::set_needs_approval(tx, agent.workspace, id, needed).await?;
                    let detail = json!({ "before": agent.needs_approval, "after": needed });
                    audit::record(tx, caller, "agent.needs_approval", Some(id), detail, at).await?;
                    agent.needs_approval = needed;
                }
                rules_in(tx, &agent, right).await
            }
            .boxed()
        })
        .await
}

/// The requests of an agent, newest first.
///
/// # Errors
/// As [`access::agent`] for an editor; `validation_failed` for a cursor that this list did not give.
pub async fn list(core: &Core, caller: &Caller, id: Uuid, cursor: Option<&str>, limit: u32) -> Outcome<Page<Approval>> {
    let before = page::before(cursor)?;
    core.db
        .read(|tx| {
            async move {
                access::agent(tx, caller, id, Access::Edit).await?;
                let rows = approvals::page(tx, caller.workspace, id, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |approval| approval.id.to_string()))
            }
            .boxed()
        })
        .await
}

/// A request that stands, and whether it was made just now.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The request.
    pub approval: Approval,
    /// Whether this call made it; otherwise somebody had asked for this draft before.
    pub new: bool,
}

/// Asks for an approval of the draft. While one is asked for or given, asking again changes nothing.
///
/// `expected` is the number of the draft that the person saw: when somebody saved meanwhile, nothing is asked.
///
/// # Errors
/// As [`access::agent`] for an editor; `approval_closed` where the agent needs none; `no_changes` where the draft equals
/// what is live; `publish_race`; `validation_failed` for a note that is too long and for a draft with errors.
pub async fn request(core: &Core, caller: &Caller, id: Uuid, note: &str, expected: Option<i64>) -> Outcome<Asked> {
    let note = note.trim();
    Error::limit("note", note, MAX_NOTE)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                if expected.is_some_and(|number| number != agent.last_draft) {
                    return Err(race(tx, &agent).await?.into());
                }
                match state(tx, &agent).await? {
                    ApprovalState::NotNeeded => {
                        let detail =
                            "This agent needs no approval: publish it, or ask its owner to switch approval on.";
                        Err(Error::new(Code::ApprovalClosed, detail).into())
                    }
                    ApprovalState::Requested { approval } | ApprovalState::Approved { approval } => {
                        Ok(Asked { approval: *approval, new: false })
                    }
                    ApprovalState::Missing { .. } | ApprovalState::Rejected { .. } => {
                        Ok(Asked { approval: ask(tx, caller, &agent, note, at).await?, new: true })
                    }
                }
            }
            .boxed()
        })
        .await
}

/// The refusal once somebody saved another draft than was meant.
async fn race(tx: &mut Tx<'_>, agent: &Agent) -> Outcome<Error> {
    let draft = drafts::current(tx, agent).await?.info;
    let detail = format!(
        "Nobody was asked: {} saved draft {} meanwhile. Look at it, then ask again.",
        draft.saved_by.name, draft.number
    );
    let mut error = Error::new(Code::PublishRace, detail);
    error.more.insert("current".to_owned(), json!(draft.number));
    Ok(error)
}

async fn ask(tx: &mut Tx<'_>, caller: &Caller, agent: &Agent, note: &str, at: Timestamp) -> Outcome<Approval> {
    if agent.live_hash.as_ref() == Some(&agent.draft_hash) {
        return Err(Error::new(Code::NoChanges, NOTHING_NEW).into());
    }
    let draft = drafts::current(tx, agent).await?;
    let errors = configs::errors(&draft.config);
    if !errors.is_empty() {
        return Err(Error::invalid(errors).into());
    }
    let id = Uuid::now_v7();
    let new = NewApproval {
        id,
        draft_id: draft.info.revision_id,
        draft_number: draft.info.number,
        config_hash: &draft.info.config_hash,
        note,
        by: caller.account,
        at,
    };
    approvals::insert(tx, agent.workspace, agent.id, &new).await?;
    let approval = find(tx, agent, id).await?;
    record(tx, caller, agent, "approval.request", &approval, note, at).await?;
    Ok(approval)
}

/// Approves, rejects or withdraws a request. The same again by the same person: nothing happens.
///
/// # Errors
/// As [`access::agent`] for an editor; `not_found`; `forbidden` for a decision on one's own request, and for withdrawing
/// another's; `approval_closed` for what was decided before, and once the draft has moved on; `validation_failed` for a
/// rejection without a comment and for a comment that is too long.
pub async fn decide(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    approval: Uuid,
    decision: Decision,
    comment: &str,
) -> Outcome<Approval> {
    let comment = comment.trim();
    Error::limit("comment", comment, MAX_COMMENT)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let found = find(tx, &agent, approval).await?;
                let same = |decided: &crate::model::approval::Decided| {
                    decided.decision == decision && decided.by.id == caller.account
                };
                if found.decided.as_ref().is_some_and(same) {
                    return Ok(found);
                }
                if let Some(block) = decision_blocked(&found, caller.account, decision, comment) {
                    return Err(refused(block).into());
                }
                approvals::decide(tx, agent.workspace, approval, decision, comment, caller.account, at).await?;
                let act = match decision {
                    Decision::Approved => "approval.approve",
                    Decision::Rejected => "approval.reject",
                    Decision::Withdrawn => "approval.withdraw",
                };
                let decided = find(tx, &agent, approval).await?;
                record(tx, caller, &agent, act, &decided, comment, at).await?;
                Ok(decided)
            }
            .boxed()
        })
        .await
}

fn refused(block: DecisionBlock) -> Error {
    match block {
        DecisionBlock::Own | DecisionBlock::NotOwn => Error::forbidden(block.reason()),
        DecisionBlock::NoComment => Error::field("comment", "Say what should change"),
        DecisionBlock::Lapsed | DecisionBlock::Decided(_) => Error::new(Code::ApprovalClosed, block.reason()),
    }
}

async fn find(tx: &mut Tx<'_>, agent: &Agent, id: Uuid) -> Outcome<Approval> {
    let found = approvals::find(tx, agent.workspace, agent.id, id).await?;
    found.ok_or_else(|| Error::not_found().into())
}

/// Records what was asked or decided.
async fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    act: &str,
    approval: &Approval,
    said: &str,
    at: Timestamp,
) -> Outcome<()> {
    let detail = json!({
        "approval": approval.id, "draft": approval.draft_number, "config_hash": approval.config_hash, "said": said,
    });
    audit::record(tx, caller, act, Some(agent.id), detail, at).await
}
