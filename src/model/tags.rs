//! What a tag of an agent may be. Tags are no part of the config: they change at once and dirty nothing.

/// Most tags of one agent.
pub const MAX_TAGS: usize = 20;
/// Longest tag, in characters.
pub const MAX_TAG: usize = 40;

/// The tag in the form that is kept, without space around it; or what is wrong with it.
pub fn read_tag(typed: &str) -> Result<String, String> {
    let tag = typed.trim();
    let count = tag.chars().count();
    if tag.is_empty() {
        Err("Write a tag".to_owned())
    } else if count > MAX_TAG {
        Err(format!("At most {MAX_TAG} characters; this has {count}"))
    } else if tag.contains(char::is_control) {
        Err("Must be one line without control characters".to_owned())
    } else {
        Ok(tag.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_one_short_line() {
        assert_eq!(read_tag("  Support desk "), Ok("Support desk".to_owned()));
        assert_eq!(read_tag(&"é".repeat(40)).as_deref(), Ok("é".repeat(40).as_str()));
        for wrong in ["", "  ", "a\nb", "a\0b", &"é".repeat(41)] {
            assert!(read_tag(wrong).is_err(), "{wrong:?}");
        }
    }
}
