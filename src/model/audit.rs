//! The audit log as admins read it: every change, who made it, from where, before and after.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    account::Person,
    error::{Error, FieldError},
    timestamp::Timestamp,
};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// The entry's id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who; nobody when somebody without an account did it, such as the operator on the server.
    pub actor: Option<Person>,
    /// Through which door: page, api, cli.
    pub via: String,
    /// By which API key, if by one.
    pub key_id: Option<Uuid>,
    /// From which address of the network; empty where there is none.
    pub address: String,
    /// What was done, as `agent.publish`.
    pub act: String,
    /// To what: the id of an agent, an account, an invitation, a provider.
    pub subject: Option<Uuid>,
    /// What that is called now, where it is an agent, a person or a key that is still there.
    pub subject_name: Option<String>,
    /// Before and after, where that says more than the act. Never a secret.
    pub detail: serde_json::Value,
}

/// Which changes are listed; without anything, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those of one kind, such as `agent.publish`.
    pub act: Option<String>,
    /// Those of one thing.
    pub subject: Option<Uuid>,
    /// Those that one account made.
    pub actor: Option<Uuid>,
    /// Those from this moment on.
    pub from: Option<Timestamp>,
    /// Those before this moment.
    pub to: Option<Timestamp>,
}

/// A filter as it is written in an address: texts, of which an empty one asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// See [`AuditFilter::act`]; the others likewise.
    pub act: String,
    /// An id.
    pub subject: String,
    /// An id.
    pub actor: String,
    /// A time, or a day in UTC.
    pub from: String,
    /// A time, or a day in UTC, which is included.
    pub to: String,
}

impl AuditQuery {
    /// Whether it asks for less than everything.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        *self != Self::default()
    }

    /// Each field with its name in the address.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 5] {
        let Self { act, subject, actor, from, to } = self;
        [("act", act), ("subject", subject), ("actor", actor), ("from", from), ("to", to)]
    }

    /// Reads it.
    ///
    /// # Errors
    /// `validation_failed` naming each field that is not what it should be.
    pub fn read(&self) -> Result<AuditFilter, Error> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: &str| errors.push(FieldError::new(field, message));
        let mut id = |field: &str, text: &str| match text.trim() {
            "" => None,
            text => text.parse::<Uuid>().map_err(|_| wrong(field, "is not an id")).ok(),
        };
        let (subject, actor) = (id("subject", &self.subject), id("actor", &self.actor));
        let mut time = |field: &str, text: &str, whole_day: bool| match text.trim() {
            "" => None,
            text => {
                let read = moment(text, whole_day);
                if read.is_none() {
                    wrong(field, "is not a time, as in 2026-11-22T06:00:00Z, nor a day, as in 2026-11-22");
                }
                read
            }
        };
        let (from, to) = (time("from", &self.from, false), time("to", &self.to, true));
        let act = Some(self.act.trim()).filter(|act| !act.is_empty()).map(str::to_owned);
        // Postgres takes no NUL in text.
        if act.as_ref().is_some_and(|act| act.contains('\0')) {
            wrong("act", "must not contain the NUL character");
        }
        if errors.is_empty() { Ok(AuditFilter { act, subject, actor, from, to }) } else { Err(Error::invalid(errors)) }
    }
}

/// A time in RFC 3339, or a day in UTC: where that begins, or, for a `whole_day`, where the next one does.
fn moment(text: &str, whole_day: bool) -> Option<Timestamp> {
    const DAY: i64 = 86_400;
    Timestamp::parse(text).or_else(|| {
        let day = Timestamp::parse(&format!("{text}T00:00:00Z"))?;
        Some(if whole_day { day.plus_seconds(DAY) } else { day })
    })
}

/// What the filters of the audit page offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChoices {
    /// The acts that there are.
    pub acts: Vec<String>,
    /// Who did something, by name.
    pub people: Vec<Person>,
}

/// An act in words; one that has none here is shown by its name.
#[must_use]
pub fn act_words(act: &str) -> &str {
    match act {
        "account.change_password" => "Changed the password",
        "account.end_other_sign_ins" => "Signed out everywhere else",
        "account.end_sign_in" => "Signed another browser out",
        "account.make_reset_link" => "Made a password reset link",
        "account.reset_password" => "Set a new password by a link",
        "account.sign_in" => "Signed in",
        "account.sign_up" => "Signed up",
        "agent.create" => "Made an agent",
        "agent.delete" => "Moved an agent to the trash",
        "agent.grants" => "Shared an agent",
        "agent.needs_approval" => "Changed whether a second person approves",
        "agent.owner" => "Gave an agent to somebody",
        "agent.publish" => "Published a release",
        "agent.restore" => "Restored an agent from the trash",
        "agent.rollback" => "Rolled back",
        "agent.save" => "Saved a draft",
        "agent.tags" => "Changed tags",
        "agent.unpublish" => "Unpublished",
        "approval.approve" => "Approved a draft",
        "approval.reject" => "Rejected a draft",
        "approval.request" => "Asked for an approval",
        "approval.withdraw" => "Withdrew a request for approval",
        "audit.export" => "Exported the audit log",
        "channel.off" => "Switched a way in off",
        "channel.on" => "Switched a way in on",
        "invitation.accept" => "Joined by an invitation",
        "invitation.make" => "Made an invitation",
        "invitation.revoke" => "Took an invitation back",
        "key.make" => "Made an API key",
        "key.revoke" => "Revoked an API key",
        "link.set" => "Set the public link",
        "member.make_admin" => "Made somebody an admin",
        "member.remove" => "Removed somebody",
        "member.role" => "Changed a role",
        "provider.create" => "Added a model provider",
        "provider.delete" => "Removed a model provider",
        "provider.update" => "Changed a model provider",
        "release.delete" => "Deleted a release",
        "workspace.create" => "Made the workspace",
        "workspace.settings" => "Changed the workspace’s settings",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_days_are_read() {
        let query = |from: &str, to: &str| AuditQuery { from: from.into(), to: to.into(), ..AuditQuery::default() };
        let day = Timestamp::parse("2026-11-22T00:00:00Z").unwrap();
        let read = query("2026-11-22", "2026-11-22").read().unwrap();
        assert_eq!((read.from, read.to), (Some(day), Some(day.plus_seconds(86_400))), "the last day is included");
        let read = query("2026-11-22T01:00:00+01:00", "2026-11-22T00:00:00Z").read().unwrap();
        assert_eq!((read.from, read.to), (Some(day), Some(day)), "a time is what it says");
        for wrong in ["yesterday", "2026-13-01", "22.11.2026", "2026-11-22 06:00"] {
            let error = query(wrong, "").read().unwrap_err();
            assert_eq!(error.errors[0].field, "from", "{wrong}");
        }
    }

    #[test]
    fn empty_fields_ask_for_nothing_and_each_wrong_one_is_named() {
        assert_eq!(AuditQuery::default().read().unwrap(), AuditFilter::default());
        assert!(!AuditQuery::default().is_filtered());
        let all =
            AuditQuery { act: "a\0".into(), subject: "x".into(), actor: "y".into(), from: "z".into(), to: "w".into() };
        let fields: Vec<_> = all.read().unwrap_err().errors.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["subject", "actor", "from", "to", "act"]);
    }
}
