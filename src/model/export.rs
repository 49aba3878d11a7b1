//! The file that Export writes and Import reads: one agent's config, with what says so.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    config::{Config, canonical::SCHEMA, limits::MAX_NAME},
    field_error::FieldError,
    timestamp::Timestamp,
};

/// What the file says it is.
const KIND: &str = "agent";

/// The largest file that Import takes, in bytes: three times a config at its limit, since a file is indented.
pub const MAX_FILE_BYTES: usize = 3 << 20;

/// Why a file was not taken; the page of a refused import finds it in its context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRefused {
    /// The fields at fault.
    pub errors: Vec<FieldError>,
}

/// The file's text. It names every field of the config, so that it can be read and edited without Galley at hand.
#[must_use]
pub fn write(config: &Config, exported_at: Timestamp) -> String {
    let file = json!({
        "galley": KIND,
        "schema": SCHEMA,
        "exported_at": exported_at,
        "config": config.to_full_value(),
    });
    // Keys are strings and numbers are finite, so this cannot fail.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// The config in a file, or every reason why it cannot be taken, each with the field it is about.
pub fn read(bytes: &[u8]) -> Result<Config, Vec<FieldError>> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(wrong(format!("At most {} MB; this has {} bytes", MAX_FILE_BYTES >> 20, bytes.len())));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.is_empty() {
        return Err(wrong("Choose a file that Export wrote"));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| wrong(format!("Not JSON: {error}")))?;
    let Value::Object(mut file) = value else { return Err(wrong("Not a file that Export wrote: it holds no object")) };
    if file.remove("galley").as_ref().and_then(Value::as_str) != Some(KIND) {
        return Err(wrong("Not a file that Export wrote: “galley” is not “agent”"));
    }
    if file.remove("schema").as_ref().and_then(Value::as_u64) != Some(SCHEMA) {
        return Err(vec![FieldError::new(
            "schema",
            format!("Written by another Galley: this one reads schema {SCHEMA}"),
        )]);
    }
    let exported_at = file.remove("exported_at").unwrap_or_default();
    let config = file.remove("config");
    let mut errors = unknown(&file);
    if !exported_at.is_null() && exported_at.as_str().and_then(Timestamp::parse).is_none() {
        errors.push(FieldError::new("exported_at", "Must be a time, such as 2026-11-22T06:00:00Z"));
    }
    match config.map(Config::checked) {
        None => errors.push(FieldError::new("config", "Required")),
        Some(Err(more)) => errors.extend(more),
        Some(Ok(config)) if errors.is_empty() => return Ok(config),
        Some(Ok(_)) => {}
    }
    Err(errors)
}

/// A name for the downloaded file that every system takes: ASCII letters, digits and dashes out of the agent's name.
#[must_use]
pub fn file_name(name: &str) -> String {
    let mut safe = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            safe.push(c.to_ascii_lowercase());
        } else if !safe.is_empty() && !safe.ends_with('-') {
            safe.push('-');
        }
    }
    let safe = safe.trim_end_matches('-');
    format!("{}.agent.json", if safe.is_empty() { "unnamed" } else { safe })
}

/// The name of a copy: the same with “(copy)” after it, cut where it would be too long.
#[must_use]
pub fn copy_name(name: &str) -> String {
    const MARK: &str = " (copy)";
    let kept: String = name.chars().take(MAX_NAME - MARK.len()).collect();
    format!("{}{MARK}", kept.trim_end())
}

fn wrong(message: impl Into<String>) -> Vec<FieldError> {
    vec![FieldError::new("file", message)]
}

fn unknown(file: &Map<String, Value>) -> Vec<FieldError> {
    file.keys().map(|key| FieldError::new(key, "Unknown field")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        read(text.as_bytes()).expect_err("refused").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_was_written_reads_back_with_the_same_hash() {
        let config = Config::from_value(crate::model::config::canonical::tests::everything()).unwrap();
        let text = write(&config, Timestamp(0));
        assert!(text.contains("\"exported_at\": \"1970-01-01T00:00:00Z\""));
        assert_eq!(read(text.as_bytes()).unwrap().hash(), config.hash());
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()).unwrap().hash(), config.hash());
    }

    #[test]
    fn anything_else_is_refused_with_the_reason() {
        assert_eq!(errors(""), ["file: Choose a file that Export wrote"]);
        assert!(errors("{")[0].starts_with("file: Not JSON: "), "{:?}", errors("{"));
        assert_eq!(errors("[]"), ["file: Not a file that Export wrote: it holds no object"]);
        assert_eq!(errors("{\"name\": \"A\"}"), ["file: Not a file that Export wrote: “galley” is not “agent”"]);
        assert_eq!(
            errors(r#"{"galley": "agent", "schema": 2, "config": {}}"#),
            ["schema: Written by another Galley: this one reads schema 1"]
        );
        assert_eq!(errors(r#"{"galley": "agent", "schema": 1}"#), ["config: Required"]);
        assert_eq!(
            errors(
                r#"{"galley": "agent", "schema": 1, "owner": "me", "config": {"name": "A", "instructions": "B", "temprature": 1}}"#
            ),
            ["owner: Unknown field", "temprature: Unknown field"]
        );
        assert_eq!(
            errors(
                r#"{"galley": "agent", "schema": 1, "config": {"name": "A", "instructions": "B", "temperature": 7}}"#
            )
            .len(),
            1
        );
        assert!(errors(&" ".repeat(MAX_FILE_BYTES + 1))[0].starts_with("file: At most 3 MB"));
    }

    #[test]
    fn file_names_are_safe_everywhere() {
        assert_eq!(file_name("Support triage"), "support-triage.agent.json");
        assert_eq!(file_name("../../etc/passwd\r\n\"x"), "etc-passwd-x.agent.json");
        assert_eq!(file_name("名前 🛟"), "unnamed.agent.json");
    }

    #[test]
    fn a_copy_has_a_name_within_the_limit() {
        assert_eq!(copy_name("Desk"), "Desk (copy)");
        let long = copy_name(&"é".repeat(80));
        assert_eq!(long.chars().count(), 80);
        assert!(long.ends_with("é (copy)"));
    }
}
