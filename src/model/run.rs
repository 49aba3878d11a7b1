//! Runs: one execution of an agent on an input, pinned to one revision, with its outcome.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    error::{Code, Error},
    session::{EndReason, Receipt},
    timestamp::Timestamp,
};

/// An input has at most this many bytes as compact JSON.
pub const MAX_INPUT: usize = 64 * 1024;

/// A caller may wait for a run for at most this many seconds at a time.
pub const MAX_WAIT: u32 = 60;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// It is about to begin.
    Pending,
    /// The agent is at work.
    Running,
    /// The answer is whole.
    Done,
    /// It failed; `error` says why.
    Error,
    /// Somebody cancelled it, or what it ran on went away; `error` says so then.
    Cancelled,
}

impl RunStatus {
    const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::Done, Self::Error, Self::Cancelled];

    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads [`RunStatus::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether nothing about the run changes any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Error | Self::Cancelled)
    }
}

/// Why a run has no output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunErrorCode {
    /// The model's provider failed.
    UpstreamFailed,
    /// The server that ran it stopped in the middle.
    Interrupted,
    /// The server failed.
    Internal,
    /// A roll back ended it.
    RolledBack,
    /// The agent was unpublished.
    Unpublished,
    /// Its release was deleted.
    ReleaseDeleted,
    /// The agent was deleted.
    AgentDeleted,
    /// Who started it was removed from the workspace.
    Revoked,
    /// The channel that it came by was switched off.
    ChannelOff,
}

/// Why a run has no output: a code for programs, one plain sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunError {
    /// The code.
    pub code: RunErrorCode,
    /// The sentence.
    pub detail: String,
}

impl RunError {
    /// An error of this code with this sentence.
    #[must_use]
    pub fn new(code: RunErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// Nobody has heard of the run for longer than its lease.
    #[must_use]
    pub fn interrupted() -> Self {
        Self::new(
            RunErrorCode::Interrupted,
            "The run was interrupted: the server stopped in the middle. Start it again.",
        )
    }

    /// What cancelled a run along with the conversations; `None` for what only ends a conversation.
    #[must_use]
    pub fn ended(reason: EndReason) -> Option<Self> {
        let (code, detail) = match reason {
            EndReason::User | EndReason::Idle => return None,
            EndReason::RolledBack => {
                (RunErrorCode::RolledBack, "The run was cancelled because the release it ran on was rolled back.")
            }
            EndReason::Unpublished => {
                (RunErrorCode::Unpublished, "The run was cancelled because the agent is no longer published.")
            }
            EndReason::ReleaseDeleted => {
                (RunErrorCode::ReleaseDeleted, "The run was cancelled because the release it ran on was deleted.")
            }
            EndReason::AgentDeleted => {
                (RunErrorCode::AgentDeleted, "The run was cancelled because the agent was deleted.")
            }
            EndReason::Revoked => {
                (RunErrorCode::Revoked, "The run was cancelled because who started it may no longer use this agent.")
            }
            EndReason::ChannelOff => {
                (RunErrorCode::ChannelOff, "The run was cancelled because this way to the agent was switched off.")
            }
        };
        Some(Self::new(code, detail))
    }
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// The run's id.
    pub id: Uuid,
    /// The agent.
    pub agent_id: Uuid,
    /// The save or the release that it is pinned to.
    pub revision_id: Uuid,
    /// How far it is.
    pub status: RunStatus,
    /// What the agent was given.
    pub input: Value,
    /// The text of the answer, once it is whole.
    pub output: Option<String>,
    /// Why there is no output, when it failed or what it ran on went away.
    pub error: Option<RunError>,
    /// What produces the output.
    pub receipt: Receipt,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was over.
    pub completed_at: Option<Timestamp>,
}

/// One event of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEvent {
    /// More text.
    Token(String),
    /// It is done, or was cancelled.
    Done(Box<Run>),
    /// It failed, or can no longer be read.
    Error(Box<RunFailed>),
}

/// The data of `event: error`: the problem, and the run as it was kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFailed {
    /// One plain sentence and a stable code.
    #[serde(flatten)]
    pub error: Error,
    /// The run, if it can be read.
    pub run: Option<Run>,
}

impl RunEvent {
    /// The last event of a run that is over.
    #[must_use]
    pub fn outcome(run: Run) -> Self {
        match &run.error {
            Some(error) if run.status == RunStatus::Error => {
                let code = match error.code {
                    RunErrorCode::UpstreamFailed => Code::UpstreamFailed,
                    _ => Code::Internal,
                };
                let error = Error::new(code, error.detail.clone());
                Self::Error(Box::new(RunFailed { error, run: Some(run) }))
            }
            _ => Self::Done(Box::new(run)),
        }
    }
}

/// Refuses an input that no agent can be given.
///
/// # Errors
/// `validation_failed` for `input`.
pub fn check_input(input: &Value) -> Result<(), Error> {
    let length = match input {
        Value::Null => return Err(Error::field("input", "is required")),
        Value::String(text) if text.trim().is_empty() => return Err(Error::field("input", "must not be empty")),
        input => input.to_string().len(),
    };
    if length > MAX_INPUT {
        let message = format!("has {length} bytes as JSON; at most {MAX_INPUT} are taken");
        return Err(Error::field("input", message));
    }
    Ok(())
}

/// An input as the agent reads it: a text as it is, anything else as JSON.
#[must_use]
pub fn input_text(input: &Value) -> String {
    match input {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn statuses_are_read_as_they_are_written() {
        for status in RunStatus::ALL {
            assert_eq!(RunStatus::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), json!(status.as_str()));
        }
        assert_eq!(RunStatus::parse("failed"), None);
    }

    #[test]
    fn inputs_have_a_size_and_say_something() {
        for input in [json!({}), json!([]), json!(0), json!(false), json!("a"), json!("x".repeat(MAX_INPUT - 2))] {
            assert_eq!(check_input(&input), Ok(()), "{input}");
        }
        for input in
            [json!(null), json!(""), json!(" \n"), json!("x".repeat(MAX_INPUT - 1)), json!(["ü".repeat(32_768)])]
        {
            let error = check_input(&input).unwrap_err();
            assert_eq!((error.code, error.errors[0].field.as_str()), (Code::ValidationFailed, "input"));
        }
        assert_eq!(input_text(&json!("Say “hi”\n")), "Say “hi”\n");
        assert_eq!(input_text(&json!({ "a": [1, "b"] })), r#"{"a":[1,"b"]}"#);
    }
}
