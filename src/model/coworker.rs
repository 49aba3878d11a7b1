//! Coworker: the agents that one may talk to, one's conversations with them, and the page where one talks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    chat::{Conversation, Opening},
    error::Error,
    session::EndReason,
    timestamp::Timestamp,
};

/// A conversation's title has at most this many Unicode scalar values.
pub const MAX_TITLE: usize = 120;
/// So much of the first message becomes the title, in Unicode scalar values.
const TITLE_FROM_MESSAGE: usize = 80;

/// An agent of which something is live and that the caller may use. Everything it shows is the live release's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsableAgent {
    /// The agent's id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// Its icon: one emoji or nothing.
    pub icon: String,
    /// The number of the release that is live.
    pub version: i64,
    /// Since when that one is live.
    pub live_since: Timestamp,
    /// Whether the caller marked it as a favourite.
    pub favourite: bool,
}

/// What marking an agent as a favourite, or no longer, says.
#[must_use]
pub const fn favourite_said(on: bool) -> &'static str {
    if on { "Added to your favourites" } else { "Removed from your favourites" }
}

/// Which of the usable agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// All, by name.
    #[default]
    All,
    /// The caller's favourites, by name.
    Favourites,
    /// Those that the caller talked to last, the last one first; one page of them.
    Recent,
}

/// What to list of the usable agents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsableQuery {
    /// Words of name or description, by their beginning; all of them must match.
    pub q: String,
    /// Which of them.
    pub show: Show,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page, 1 to 100; 20 unless set.
    pub limit: Option<u32>,
}

/// A conversation in the list of one's own. Name and icon are those of the release it runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConversationSummary {
    /// The session's id.
    pub id: Uuid,
    /// The agent.
    pub agent_id: Uuid,
    /// What it is called: its first message, until somebody calls it something else.
    pub title: String,
    /// The agent's name.
    pub agent_name: String,
    /// Its icon: one emoji or nothing.
    pub agent_icon: String,
    /// The number of the release.
    pub version: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When its person last wrote.
    pub last_used_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
}

/// What to list of one's conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConversationQuery {
    /// Words of the title or of what one wrote, by their beginning; all of them must match.
    pub q: String,
    /// Those with this agent.
    pub agent: Option<Uuid>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page, 1 to 100; 20 unless set.
    pub limit: Option<u32>,
}

/// The page where one talks to an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// The agent.
    pub agent_id: Uuid,
    /// Whether the caller may use the agent; who lost the right still reads what was said.
    pub usable: bool,
    /// What a new conversation would run on; none when nothing is live or the caller may not use it.
    pub live: Option<Opening>,
    /// Whether the agent is one of the caller's favourites.
    pub favourite: bool,
    /// The conversation that the address names.
    pub conversation: Option<Conversation>,
    /// What that is called; nothing before the first message.
    pub title: String,
    /// What was typed into a form that was refused.
    pub typed: String,
}

impl Desk {
    /// The version to offer when the open conversation runs on another release than the live one.
    #[must_use]
    pub fn newer_version(&self) -> Option<i64> {
        let open = self.conversation.as_ref().filter(|conversation| conversation.session.ended_at.is_none())?;
        other_version(open.session.receipt.version, self.live.as_ref()?.receipt.version)
    }
}

/// The live version, where that is another one than that of an open conversation.
#[must_use]
pub fn other_version(own: Option<i64>, live: Option<i64>) -> Option<i64> {
    live.filter(|_| own != live)
}

/// How things stand for a page that has been open for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether the caller may use the agent.
    pub usable: bool,
    /// The number of the release that is live, for who may use it.
    pub live: Option<i64>,
    /// Whether the conversation that was asked about is still there; true where none was.
    pub there: bool,
    /// Why that conversation is over, if it is.
    pub end_reason: Option<EndReason>,
}

impl Standing {
    /// Why nobody writes any more in the conversation, in one sentence.
    #[must_use]
    pub fn over(&self) -> Option<&'static str> {
        if !self.there {
            return Some("This conversation was deleted.");
        }
        self.end_reason.map(EndReason::sentence)
    }
}

/// What stands in the place of the page when a conversation is not there, or not the caller's: the same for both.
#[must_use]
pub fn no_conversation() -> Error {
    let mut error = Error::not_found();
    "There is no such conversation here. It may have been deleted.".clone_into(&mut error.detail);
    error
}

/// What a conversation is called after its first message: the beginning of that, on one line.
#[must_use]
pub fn title_of(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= TITLE_FROM_MESSAGE {
        return line;
    }
    let cut: String = line.chars().take(TITLE_FROM_MESSAGE - 1).collect();
    format!("{}…", cut.trim_end())
}

/// A title as it is kept: on one line, without spaces around it.
///
/// # Errors
/// `validation_failed` for one that is empty, too long, or has a NUL.
pub fn read_title(typed: &str) -> Result<String, Error> {
    let title = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = title.chars().count();
    if title.is_empty() {
        return Err(Error::field("title", "Give the conversation a name"));
    }
    if length > MAX_TITLE {
        return Err(Error::field("title", format!("At most {MAX_TITLE} characters; this has {length}")));
    }
    if title.contains('\0') {
        return Err(Error::field("title", "Must not contain the NUL character"));
    }
    Ok(title)
}

/// Conversations that were last used on the same day.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// "Today", "Yesterday", a weekday of this week, or the date.
    pub label: String,
    /// They, in the order they came in.
    pub conversations: Vec<ConversationSummary>,
}

/// Groups conversations, the last used first, by the day on which they were; `day` says which day a moment is of, counted
/// from 1 January 1970 where the reader is.
#[must_use]
pub fn by_day(conversations: &[ConversationSummary], now: Timestamp, day: impl Fn(Timestamp) -> i64) -> Vec<Day> {
    let today = day(now);
    let mut days: Vec<(i64, Day)> = Vec::new();
    for conversation in conversations {
        // The clock of another node may be ahead.
        let of = day(conversation.last_used_at).min(today);
        match days.last_mut().filter(|(last, _)| *last == of) {
            Some((_, day)) => day.conversations.push(conversation.clone()),
            None => {
                days.push((of, Day { label: label(of, today), conversations: vec![conversation.clone()] }));
            }
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

/// The day of a moment in UTC.
#[must_use]
pub fn utc_day(at: Timestamp) -> i64 {
    at.0.div_euclid(MICROSECONDS_A_DAY)
}

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

fn label(day: i64, today: i64) -> String {
    // 1 January 1970 was a Thursday.
    const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    match today.saturating_sub(day) {
        ..=0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..=6 => {
            let weekday = usize::try_from(day.rem_euclid(7)).ok().and_then(|at| WEEKDAYS.get(at));
            weekday.copied().unwrap_or_default().to_owned()
        }
        _ => {
            let date = Timestamp(day.saturating_mul(MICROSECONDS_A_DAY)).plain();
            date.split_once(',').map_or(date.clone(), |(date, _)| date.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used_at(at: i64) -> ConversationSummary {
        ConversationSummary {
            id: Uuid::from_u128(1),
            agent_id: Uuid::from_u128(2),
            title: "A".into(),
            agent_name: "B".into(),
            agent_icon: String::new(),
            version: 1,
            created_at: Timestamp(0),
            last_used_at: Timestamp(at),
            ended_at: None,
            end_reason: None,
        }
    }

    #[test]
    fn conversations_are_grouped_by_the_day_where_the_reader_is() {
        // 22 November 2026, 06:00 UTC, a Sunday.
        let now = Timestamp(1_795_327_200_000_000);
        let hours = |hours: i64| used_at(now.0 - hours * 3_600_000_000);
        let list = [hours(-1), hours(1), hours(7), hours(29), hours(31), hours(24 * 6), hours(24 * 8)];
        let labels = |days: Vec<Day>| -> Vec<(String, usize)> {
            days.into_iter().map(|day| (day.label, day.conversations.len())).collect()
        };
        let utc = labels(by_day(&list, now, utc_day));
        let expected = [("Today", 2), ("Yesterday", 2), ("Friday", 1), ("Monday", 1), ("14 Nov 2026", 1)];
        assert_eq!(utc, expected.map(|(label, count)| (label.to_owned(), count)));
        // Seven hours to the west it is still Saturday.
        let west = labels(by_day(&list, now, |at| utc_day(at.plus_seconds(-7 * 3_600))));
        let expected = [("Today", 3), ("Yesterday", 2), ("Sunday", 1), ("13 Nov 2026", 1)];
        assert_eq!(west, expected.map(|(label, count)| (label.to_owned(), count)));
        assert_eq!(by_day(&[], now, utc_day), []);
    }

    #[test]
    fn the_first_message_is_the_title_on_one_line() {
        assert_eq!(title_of("  Where is\n my order? "), "Where is my order?");
        let long = title_of(&"ä ".repeat(100));
        assert!(long.ends_with('…') && long.chars().count() <= TITLE_FROM_MESSAGE, "{long}");
    }

    #[test]
    fn a_title_is_checked() {
        assert_eq!(read_title("  Order \n 7 ").unwrap(), "Order 7");
        assert_eq!(read_title(&"é".repeat(MAX_TITLE)).unwrap().chars().count(), MAX_TITLE);
        for wrong in ["", " \t", "a\0b", &"x".repeat(MAX_TITLE + 1)] {
            assert_eq!(read_title(wrong).unwrap_err().errors[0].field, "title");
        }
    }

    #[test]
    fn a_newer_version_is_offered_where_it_differs() {
        assert_eq!(other_version(Some(1), Some(2)), Some(2));
        // A roll back goes to an earlier one: that is what is live now.
        assert_eq!(other_version(Some(2), Some(1)), Some(1));
        assert_eq!(other_version(Some(2), Some(2)), None);
        assert_eq!(other_version(Some(2), None), None);
    }
}
