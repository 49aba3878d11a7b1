//! What a conversation or a run is pinned to, in two columns of which one is set.

use uuid::Uuid;

/// A revision that never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pinned {
    /// A release.
    Release(Uuid),
    /// A save of the draft.
    Save(Uuid),
}

impl Pinned {
    /// The revision's id.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Release(id) | Self::Save(id) => id,
        }
    }

    /// The columns `release_id` and `draft_id`.
    pub(super) const fn columns(pinned: Option<Self>) -> (Option<Uuid>, Option<Uuid>) {
        match pinned {
            None => (None, None),
            Some(Self::Release(id)) => (Some(id), None),
            Some(Self::Save(id)) => (None, Some(id)),
        }
    }

    /// Reads [`Pinned::columns`].
    pub(super) const fn read(release: Option<Uuid>, draft: Option<Uuid>) -> Option<Self> {
        match (release, draft) {
            (Some(id), _) => Some(Self::Release(id)),
            (None, Some(id)) => Some(Self::Save(id)),
            (None, None) => None,
        }
    }
}
