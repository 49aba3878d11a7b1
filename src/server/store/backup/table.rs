//! A table and its columns, as a backup knows them.

/// What a column holds; the same on both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A UUID.
    Id,
    /// Bytes.
    Bytes,
    /// Text.
    Text,
    /// A whole number.
    Number,
}

/// A table as a backup keeps it.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Kind)],
    /// What sorts its rows, so that two backups of the same rows are alike.
    pub order: &'static str,
}

/// A table by its name, the order of its rows, and its columns.
pub(super) const fn table(name: &'static str, order: &'static str, columns: &'static [(&'static str, Kind)]) -> Table {
    Table { name, columns, order }
}
