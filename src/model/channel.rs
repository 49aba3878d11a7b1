//! Channels: the ways in by which people and programs reach what is live. The preview is the builder's own.
//!
//! A switch of a channel takes effect at once, is audited, and is not part of the config: it changes no draft and no hash.
//! To add a channel: a variant here, and what `server::channels` says.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    account::Person,
    error::{Code, Error},
    link::Link,
    session::Message,
    timestamp::Timestamp,
};

/// A way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Members on their own page.
    Coworker,
    /// Editors beside the form, with the draft or a revision of their choice.
    Preview,
    /// Programs, by an API key.
    Api,
    /// Strangers on the agent's public page.
    Link,
}

impl Channel {
    const ALL: [Self; 4] = [Self::Coworker, Self::Preview, Self::Api, Self::Link];

    /// Those that lead to what is live, in the order of the tab.
    pub const SHOWN: [Self; 3] = [Self::Coworker, Self::Link, Self::Api];

    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Coworker => "coworker",
            Self::Preview => "preview",
            Self::Api => "api",
            Self::Link => "link",
        }
    }

    /// Reads [`Channel::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }

    /// Whether it is on for an agent whose switch nobody has touched.
    #[must_use]
    pub const fn is_on_at_first(self) -> bool {
        !matches!(self, Self::Link)
    }

    /// Whether there is a switch for it.
    #[must_use]
    pub const fn has_switch(self) -> bool {
        matches!(self, Self::Api | Self::Link)
    }

    /// What the page calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Coworker => "Coworker",
            Self::Preview => "Preview",
            Self::Api => "API",
            Self::Link => "Public link",
        }
    }
}

/// A channel of an agent: its switch, and what it last carried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelState {
    /// Which.
    pub channel: Channel,
    /// Whether it is on.
    pub on: bool,
    /// Who moved its switch last; null where nobody has.
    pub changed_by: Option<Person>,
    /// When they did.
    pub changed_at: Option<Timestamp>,
    /// When its last message was answered, or failed to be.
    pub last_message_at: Option<Timestamp>,
    /// What went wrong last, in plain words.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
}

/// The ways in to an agent.
// Makers of Python clients confuse a type and its field of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AgentChannels)]
pub struct Channels {
    /// Each of them.
    pub channels: Vec<ChannelState>,
    /// The public link; null before it was first set up.
    pub link: Option<Link>,
    /// The release that answers on all of them; null when nothing is live.
    pub live_version: Option<i64>,
    /// The skills of that release which wait for a person's confirmation. On the public link they are off.
    pub off_for_visitors: Vec<String>,
}

/// An error's sentence for the person at the switch; some details are made for programs.
#[must_use]
pub fn sentence(error: &Error) -> String {
    match error.code {
        Code::NoPublishedVersion => "Nothing of this agent is live. Publish a release first.".to_owned(),
        _ => error.detail.clone(),
    }
}

/// What a test message came to: the answer, with the receipt of what produced it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Tested {
    /// The way in that it went.
    pub channel: Channel,
    /// The answer.
    pub message: Message,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_a_stranger_comes_in_only_where_somebody_said_so() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.as_str());
            assert_eq!(channel.is_on_at_first(), channel != Channel::Link, "{channel:?}");
        }
        assert_eq!(Channel::parse("slack"), None);
    }
}
