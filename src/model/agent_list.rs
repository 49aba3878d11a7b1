//! The list of agents: what may be asked of it, and what it answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    account::Person,
    agent::{AgentRow, Status},
};

/// The search text has at most this many characters.
pub const MAX_SEARCH: usize = 200;

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Last modified first.
    #[default]
    Updated,
    /// By name, A first.
    Name,
    /// Newest first.
    Created,
}

impl Sort {
    /// Every sort, in the order of the page's choice.
    pub const ALL: [Self; 3] = [Self::Updated, Self::Name, Self::Created];

    /// The word in the URL and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Name => "name",
            Self::Created => "created",
        }
    }

    /// The words of the page's choice.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Updated => "Last modified",
            Self::Name => "Name",
            Self::Created => "Newest",
        }
    }

    /// Reads [`Sort::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// What to list. A filter that is not set lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentQuery {
    /// Words of name or description, by their beginning; all of them must match.
    pub q: String,
    /// The badge.
    pub status: Option<Status>,
    /// A tag, to the letter.
    pub tag: Option<String>,
    /// The owner's account.
    pub owner: Option<Uuid>,
    /// The order.
    pub sort: Sort,
    /// `next_cursor` or `prev_cursor` of a page with the same sort.
    pub cursor: Option<String>,
    /// Rows on a page, 1 to 100; 20 unless set.
    pub limit: Option<u32>,
}

impl AgentQuery {
    /// Whether any filter is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.q.trim().is_empty() || self.status.is_some() || self.tag.is_some() || self.owner.is_some()
    }
}

/// One page of the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgentPage {
    /// The rows.
    pub data: Vec<AgentRow>,
    /// The cursor of the page after; absent on the last one.
    pub next_cursor: Option<String>,
    /// The cursor of the page before; absent on the first one.
    pub prev_cursor: Option<String>,
}

/// What the filters of the list offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterChoices {
    /// The tags in use, in alphabetical order.
    pub tags: Vec<String>,
    /// Who owns agents, by name.
    pub owners: Vec<Person>,
}

/// An example agent, as the empty list offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleOffer {
    /// Its name in an address.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// Why one might take it.
    pub blurb: String,
    /// Its icon.
    pub icon: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_there_and_back() {
        for sort in Sort::ALL {
            assert_eq!(Sort::parse(sort.as_str()), Some(sort));
            assert_eq!(serde_json::to_value(sort).unwrap(), sort.as_str());
        }
        assert_eq!(Sort::parse("relevance"), None);
    }

    #[test]
    fn only_filters_count_as_filters() {
        let sorted = AgentQuery { sort: Sort::Name, cursor: Some("x".into()), limit: Some(5), ..AgentQuery::default() };
        assert!(!sorted.is_filtered());
        assert!(!AgentQuery { q: "  ".into(), ..AgentQuery::default() }.is_filtered());
        assert!(AgentQuery { tag: Some("a".into()), ..AgentQuery::default() }.is_filtered());
    }
}
