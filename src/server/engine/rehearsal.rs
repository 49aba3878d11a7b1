//! The rehearsal: a built-in model that is none. It works offline, says the same for the same, and says what it is.
//!
//! It shows how the agent is set up, so that draft, release and roll back can be felt without any provider.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::providers::{Piece, Pieces};
use crate::model::{compile::Compiled, session::Receipt};

/// The pause between two pieces.
const PAUSE: Duration = Duration::from_millis(12);
/// At most this many pieces, so that a long answer is over within a second too.
const MOST_PIECES: usize = 60;

/// What the rehearsal says to a message.
#[must_use]
pub fn text(compiled: &Compiled, receipt: &Receipt, message: &str) -> String {
    let first_line = compiled.system.lines().find(|line| !line.trim().is_empty());
    let mut answer = format!(
        "**Rehearsal: no language model wrote this.** It shows how {} is set up.\n\n{} answers here ({}).",
        plain(&compiled.name),
        receipt.revision_label(),
        receipt.config_hash.short()
    );
    match first_line {
        Some(line) => {
            answer.push_str(" Its instructions begin:\n\n");
            answer.push_str(&verbatim(line));
        }
        None => answer.push_str(" It has no instructions."),
    }
    if compiled.greeting.is_empty() {
        answer.push_str("\n\nIt begins without a greeting.");
    } else {
        answer.push_str("\n\nIt greets with:\n\n");
        answer.push_str(&verbatim(&compiled.greeting));
    }
    answer.push_str("\n\n");
    let bubble = match (matching_bubble(&compiled.prompt_bubbles, message), compiled.prompt_bubbles.len()) {
        (Some(bubble), _) => format!("Your message is its prompt bubble:\n\n{}", verbatim(bubble)),
        (None, 0) => "It has no prompt bubbles.".to_owned(),
        (None, 1) => "Your message is not its one prompt bubble.".to_owned(),
        (None, count) => format!("Your message is none of its {count} prompt bubbles."),
    };
    answer.push_str(&bubble);
    answer
}

/// What the rehearsal says to strangers: nothing of how the agent is set up.
#[must_use]
pub fn for_strangers(compiled: &Compiled) -> String {
    let name = plain(&compiled.name);
    let mut answer = format!("**Rehearsal: no language model wrote this.** {name} has no language model yet.");
    if !compiled.greeting.is_empty() {
        answer.push_str(" It greets with:\n\n");
        answer.push_str(&verbatim(&compiled.greeting));
    }
    answer
}

/// The prompt bubble that a message is, whatever the case, the spaces and the mark at the end.
fn matching_bubble<'a>(bubbles: &'a [String], message: &str) -> Option<&'a str> {
    let key = |text: &str| {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        words.join(" ").trim_end_matches(['.', '!', '?', '…']).to_owned()
    };
    let wanted = key(message);
    bubbles.iter().find(|bubble| key(bubble) == wanted).map(String::as_str)
}

/// Text that a reader sees word for word: inside a fence that is longer than any in the text.
fn verbatim(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

/// A name in running text, without what markdown would read in it.
fn plain(name: &str) -> String {
    let special = |c: char| c.is_ascii_punctuation();
    name.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// The same text a few words at a time.
#[must_use]
pub fn pieces(text: &str) -> Pieces {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let at_once = words.len().div_ceil(MOST_PIECES).max(1);
    let pieces: Vec<Piece> = words.chunks(at_once).map(|words| Piece::Text(words.concat())).collect();
    stream::iter(pieces.into_iter().chain([Piece::End]))
        .then(|piece| async move {
            tokio::time::sleep(PAUSE).await;
            Ok(piece)
        })
        .boxed()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{chat::REHEARSAL, compile::compile, config::Config, session::ServedBecause};

    fn rehearse(config: &Config, version: Option<i64>, message: &str) -> String {
        let receipt = Receipt {
            agent_id: Uuid::nil(),
            revision_id: Uuid::nil(),
            version,
            draft_number: 12,
            config_hash: config.hash(),
            reason: ServedBecause::Draft,
            model: REHEARSAL.into(),
            not_enforced: vec![],
        };
        text(&compile(config), &receipt, message)
    }

    fn config() -> Config {
        Config {
            name: "A_b".into(),
            instructions: "\n  Say `{{ x }}` and ```${y}``` <% z %>.\nMore.".into(),
            greeting: "Hello!".into(),
            prompt_bubbles: vec!["Where is my order?".into()],
            ..Config::default()
        }
    }

    #[test]
    fn it_shows_the_revision_and_its_words() {
        let answer = rehearse(&config(), None, "where  is my ORDER");
        assert!(answer.starts_with("**Rehearsal: no language model wrote this.**"), "{answer}");
        assert!(answer.contains("A\\_b"), "{answer}");
        assert!(answer.contains("Draft 12 answers here"), "{answer}");
        assert!(answer.contains("````\n  Say `{{ x }}` and ```${y}``` <% z %>.\n````"), "{answer}");
        assert!(!answer.contains("More."), "{answer}");
        assert!(answer.contains("```\nHello!\n```"), "{answer}");
        assert!(answer.contains("prompt bubble:\n\n```\nWhere is my order?"), "{answer}");
        assert_eq!(answer, rehearse(&config(), None, "where  is my ORDER"));
        assert!(rehearse(&config(), Some(3), "x").contains("v3 answers here"));
        assert!(rehearse(&config(), None, "something else").contains("not its one prompt bubble"));
    }

    #[tokio::test]
    async fn it_streams_in_pieces_and_not_for_long() {
        let text = "word ".repeat(5_000);
        let pieces: Vec<_> = pieces(&text).collect().await;
        assert!(pieces.len() > 10 && pieces.len() <= MOST_PIECES + 1, "{}", pieces.len());
        assert!(matches!(pieces.last(), Some(Ok(Piece::End))));
        let words = pieces.into_iter().filter_map(|piece| match piece {
            Ok(Piece::Text(text)) => Some(text),
            _ => None,
        });
        assert_eq!(words.collect::<String>(), text);
    }
}
