//! Agents that were deleted and can still be restored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{account::Person, page::Page, timestamp::Timestamp};

/// How long a deleted agent can be restored.
pub const KEPT_DAYS: i64 = 30;

const DAY: i64 = 86_400;

/// An agent in the trash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrashedAgent {
    /// The agent's id.
    pub id: Uuid,
    /// The draft's name.
    pub name: String,
    /// The draft's icon.
    pub icon: String,
    /// Who owns it.
    pub owner: Person,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// By whom.
    pub deleted_by: Person,
}

impl TrashedAgent {
    /// When it is erased for good.
    #[must_use]
    pub const fn erased_at(&self) -> Timestamp {
        self.deleted_at.plus_seconds(KEPT_DAYS * DAY)
    }

    /// Whole days that are left to restore it, counting the one that has begun; 0 when it may be erased at any moment.
    #[must_use]
    pub const fn days_left(&self, now: Timestamp) -> i64 {
        let left = self.erased_at().seconds_since(now);
        if left <= 0 { 0 } else { (left - 1) / DAY + 1 }
    }
}

/// A page of the trash, and the server's time, by which days are counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrashPage {
    /// The agents, last deleted first.
    pub page: Page<TrashedAgent>,
    /// Now.
    pub now: Timestamp,
}

/// The toast of a delete.
#[must_use]
pub fn deleted_sentence(name: &str) -> String {
    format!("“{name}” is in the trash now. It can be restored for {KEPT_DAYS} days.")
}

/// The toast of a restore, which says what did not come back.
#[must_use]
pub fn restored_sentence(name: &str) -> String {
    format!("“{name}” is back as a draft. Nothing of it is live until you publish or roll back.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_day_that_has_begun() {
        let somebody = Person { id: Uuid::nil(), name: "Mara".into() };
        let agent = TrashedAgent {
            id: Uuid::nil(),
            name: String::new(),
            icon: String::new(),
            owner: somebody.clone(),
            deleted_at: Timestamp(0),
            deleted_by: somebody,
        };
        assert_eq!(agent.days_left(Timestamp(0)), 30);
        assert_eq!(agent.days_left(Timestamp(1).plus_seconds(1)), 30);
        assert_eq!(agent.days_left(Timestamp(0).plus_seconds(DAY)), 29);
        assert_eq!(agent.days_left(Timestamp(0).plus_seconds(30 * DAY - 1)), 1);
        assert_eq!(agent.days_left(Timestamp(0).plus_seconds(31 * DAY)), 0);
    }
}
