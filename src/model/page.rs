//! One page of a list, and the opaque cursor to the next.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::Error;

/// How many rows a page has unless asked otherwise.
pub const DEFAULT_LIMIT: u32 = 20;
/// How many rows a page has at the most.
pub const MAX_LIMIT: u32 = 100;

/// How many rows a page has, from what was asked for.
///
/// # Errors
/// `validation_failed` outside 1 to [`MAX_LIMIT`].
pub fn limit(asked: Option<u32>) -> Result<u32, Error> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        other => Err(Error::field("limit", format!("must be from 1 to {MAX_LIMIT}, not {other}"))),
    }
}

/// The answer to a cursor that the list did not give.
#[must_use]
pub fn unknown_cursor() -> Error {
    Error::field("cursor", "not a cursor that this list gave")
}

/// Where a list over ids goes on, which is before the id that a cursor is: from the newest on without one.
///
/// # Errors
/// [`unknown_cursor`].
pub fn before(cursor: Option<&str>) -> Result<Uuid, Error> {
    cursor.map_or(Ok(Uuid::max()), |text| text.parse().map_err(|_| unknown_cursor()))
}

/// One page of a list, newest first unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// What to pass as `cursor` for the next page; absent on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page out of one row more than `limit`: the extra row only says that there is a next page.
    pub fn cut(mut rows: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(cursor) } else { None };
        Self { data: rows, next_cursor }
    }

    /// The same page with each row made into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}
