//! The audit log as a file: a table for spreadsheets, or a JSON object on each line for programs.
//!
//! To add a format: a variant of [`ExportFormat`], its type and its line.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::audit::AuditEntry;

/// What an export is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A table, as RFC 4180 says. A cell that a spreadsheet would take for a formula begins with an apostrophe.
    #[default]
    Csv,
    /// A JSON object on each line.
    Jsonl,
}

/// The columns of the table.
const COLUMNS: [&str; 11] =
    ["at", "act", "actor", "actor_id", "subject", "subject_id", "via", "key_id", "address", "detail", "id"];

impl ExportFormat {
    /// The word in the address, and the end of the file's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Jsonl => "application/x-ndjson",
        }
    }

    /// What stands before the first entry.
    #[must_use]
    pub fn head(self) -> String {
        match self {
            Self::Csv => line(COLUMNS.map(str::to_owned)),
            Self::Jsonl => String::new(),
        }
    }

    /// One entry, with the end of its line.
    ///
    /// # Errors
    /// When it cannot be JSON.
    pub fn entry(self, entry: &AuditEntry) -> Result<String, serde_json::Error> {
        let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Ok(match self {
            Self::Jsonl => format!("{}\n", serde_json::to_string(entry)?),
            Self::Csv => line([
                entry.at.to_string(),
                entry.act.clone(),
                entry.actor.as_ref().map(|actor| actor.name.clone()).unwrap_or_default(),
                id(entry.actor.as_ref().map(|actor| actor.id)),
                entry.subject_name.clone().unwrap_or_default(),
                id(entry.subject),
                entry.via.clone(),
                id(entry.key_id),
                entry.address.clone(),
                serde_json::to_string(&entry.detail)?,
                entry.id.to_string(),
            ]),
        })
    }
}

fn line(cells: [String; COLUMNS.len()]) -> String {
    let mut line = cells.map(|cell| quoted(&cell)).join(",");
    line.push_str("\r\n");
    line
}

/// A cell between quotes, harmless for spreadsheets: they run what begins like a formula, and look past space before it.
fn quoted(cell: &str) -> String {
    let first = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()).chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    let control = cell.starts_with(['\t', '\r', '\n']);
    let guard = if formula || control { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::model::{account::Person, timestamp::Timestamp};

    fn entry(name: &str) -> AuditEntry {
        AuditEntry {
            id: Uuid::from_u128(1),
            at: Timestamp(1_795_324_800_000_000),
            actor: Some(Person { id: Uuid::from_u128(2), name: name.to_owned() }),
            via: "page".into(),
            key_id: None,
            address: "203.0.113.7".into(),
            act: "agent.tags".into(),
            subject: Some(Uuid::from_u128(3)),
            subject_name: Some("Desk".into()),
            detail: json!({ "after": ["a, \"b\""], "before": [] }),
        }
    }

    #[test]
    fn a_table_has_a_head_and_a_line_for_each() {
        assert_eq!(
            ExportFormat::Csv.head(),
            "\"at\",\"act\",\"actor\",\"actor_id\",\"subject\",\"subject_id\",\"via\",\"key_id\",\"address\",\"detail\",\"id\"\r\n"
        );
        assert_eq!(
            ExportFormat::Csv.entry(&entry("Ada")).unwrap(),
            "\"2026-11-22T05:20:00Z\",\"agent.tags\",\"Ada\",\"00000000-0000-0000-0000-000000000002\",\"Desk\",\
             \"00000000-0000-0000-0000-000000000003\",\"page\",\"\",\"203.0.113.7\",\
             \"{\"\"after\"\":[\"\"a, \\\"\"b\\\"\"\"\"],\"\"before\"\":[]}\",\"00000000-0000-0000-0000-000000000001\"\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n@x", "＝1", "\u{a0}=1", "\tx"] {
            let cell = quoted(evil);
            assert!(cell.starts_with("\"'"), "{evil:?} became {cell}");
            let line = ExportFormat::Csv.entry(&entry(evil)).unwrap();
            assert!(line.contains(&format!(",{cell},")), "{line}");
        }
        for good in ["Ada", "a=1", "", "1-2", "{}", "é"] {
            assert_eq!(quoted(good), format!("\"{good}\""));
        }
    }

    #[test]
    fn a_line_of_json_is_one_line_and_reads_back() {
        let entry = entry("A\nB");
        let line = ExportFormat::Jsonl.entry(&entry).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(serde_json::from_str::<AuditEntry>(&line).unwrap(), entry);
    }
}
