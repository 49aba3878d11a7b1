//! Conversations: what answers in them, why they end, and the receipt on each answer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{config::ConfigHash, timestamp::Timestamp};

/// Why a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its user ended it.
    User,
    /// Nobody wrote for the idle time.
    Idle,
    /// A roll back asked for it.
    RolledBack,
    /// The agent was unpublished.
    Unpublished,
    /// Its release was deleted.
    ReleaseDeleted,
    /// The agent was deleted.
    AgentDeleted,
    /// The user lost the right to use the agent.
    Revoked,
    /// The channel that it came by was switched off.
    ChannelOff,
}

impl EndReason {
    const ALL: [Self; 8] = [
        Self::User,
        Self::Idle,
        Self::RolledBack,
        Self::Unpublished,
        Self::ReleaseDeleted,
        Self::AgentDeleted,
        Self::Revoked,
        Self::ChannelOff,
    ];

    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Idle => "idle",
            Self::RolledBack => "rolled_back",
            Self::Unpublished => "unpublished",
            Self::ReleaseDeleted => "release_deleted",
            Self::AgentDeleted => "agent_deleted",
            Self::Revoked => "revoked",
            Self::ChannelOff => "channel_off",
        }
    }

    /// Reads [`EndReason::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// What the page tells the person who writes into an ended conversation.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::User => "This conversation was ended.",
            Self::Idle => "This conversation ended because nobody wrote for a while.",
            Self::RolledBack => "This conversation ended because the release it ran on was rolled back.",
            Self::Unpublished => "This conversation ended because the agent is no longer published.",
            Self::ReleaseDeleted => "This conversation ended because the release it ran on was deleted.",
            Self::AgentDeleted => "This conversation ended because the agent was deleted.",
            Self::Revoked => "This conversation ended because you may no longer use this agent.",
            Self::ChannelOff => "This conversation ended because this way to the agent was switched off.",
        }
    }
}

/// When and why a conversation is over, if it is: by idling, unless what was written of it came before that.
#[must_use]
pub fn first_end(
    active_at: Timestamp,
    idle_seconds: i64,
    written: Option<(Timestamp, EndReason)>,
    now: Timestamp,
) -> Option<(Timestamp, EndReason)> {
    let idled = active_at.plus_seconds(idle_seconds);
    written.filter(|(at, _)| *at < idled).or_else(|| (now >= idled).then_some((idled, EndReason::Idle)))
}

/// Why a revision answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServedBecause {
    /// It is the draft as saved at that moment, in a draft session.
    Draft,
    /// It was live when the conversation or run began.
    LiveAtStart,
    /// An editor chose it by its id, though it was not live.
    Chosen,
}

impl ServedBecause {
    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::LiveAtStart => "live_at_start",
            Self::Chosen => "chosen",
        }
    }

    /// Reads [`ServedBecause::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::LiveAtStart, Self::Chosen].into_iter().find(|reason| reason.as_str() == text)
    }
}

/// The statement on an answer of what produced it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// The agent.
    pub agent_id: Uuid,
    /// The save or the release that answered.
    pub revision_id: Uuid,
    /// The release's number; none for a draft.
    pub version: Option<i64>,
    /// The draft's number; of a release, that of the save it froze.
    pub draft_number: i64,
    /// SHA-256 of the canonical config.
    pub config_hash: ConfigHash,
    /// Why this one.
    pub reason: ServedBecause,
    /// The model that answered, as `provider/model` or `rehearsal`.
    pub model: String,
    /// What the config asks for and the engine does not act on.
    pub not_enforced: Vec<String>,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The person.
    User,
    /// The agent.
    Agent,
}

impl Author {
    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
        }
    }

    /// Reads [`Author::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Agent].into_iter().find(|author| author.as_str() == text)
    }
}

/// How a message came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageOutcome {
    /// Whole.
    Done,
    /// The reader stopped it.
    Stopped,
    /// The provider failed; the content is what came before.
    Failed,
}

impl MessageOutcome {
    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Reads [`MessageOutcome::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Done, Self::Stopped, Self::Failed].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// The message's id.
    pub id: Uuid,
    /// Who wrote it.
    pub role: Author,
    /// What it says.
    pub content: String,
    /// How it came out.
    pub outcome: MessageOutcome,
    /// When.
    pub created_at: Timestamp,
    /// What produced it; none on the person's own.
    pub receipt: Option<Receipt>,
    /// Why it failed, in one plain sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The session's id.
    pub id: Uuid,
    /// The agent.
    pub agent_id: Uuid,
    /// Whether it runs the draft as saved at each turn, instead of a pinned revision.
    pub draft_mode: bool,
    /// What would answer the next message.
    pub receipt: Receipt,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
}
