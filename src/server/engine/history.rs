//! How much of a conversation a model gets to see.
//!
//! A conversation may be longer than what a model takes and what its owner wants to pay for, so the newest turns go and the
//! oldest stay behind.

use crate::model::session::{Author, Message, MessageOutcome};

/// At most this many turns go to a model.
pub const MAX_TURNS: usize = 40;
/// At most this many Unicode scalar values of a conversation go to a model; the last message goes in any case.
pub const MAX_CHARS: usize = 64_000;

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Who said it.
    pub author: Author,
    /// What was said.
    pub text: String,
}

/// The turns for a model out of messages, oldest first; the last turn is the person's message that is to be answered.
///
/// Failed answers are left out, since nobody meant to say them; of several answers to one message the last one counts.
#[must_use]
pub fn turns(messages: &[Message]) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for message in messages {
        if message.role == Author::Agent && (message.outcome == MessageOutcome::Failed || message.content.is_empty()) {
            continue;
        }
        if message.role == Author::Agent && turns.last().is_some_and(|turn| turn.author == Author::Agent) {
            turns.pop();
        }
        turns.push(Turn { author: message.role, text: message.content.clone() });
    }
    while turns.last().is_some_and(|turn| turn.author == Author::Agent) {
        turns.pop();
    }
    cut(turns)
}

/// The newest of these turns, as many as a model gets to see.
#[must_use]
pub fn cut(mut turns: Vec<Turn>) -> Vec<Turn> {
    let mut chars = 0;
    let mut kept = 0;
    for turn in turns.iter().rev().take(MAX_TURNS) {
        chars += turn.text.chars().count();
        if kept > 0 && chars > MAX_CHARS {
            break;
        }
        kept += 1;
    }
    turns.drain(..turns.len() - kept);
    // Providers want a conversation to begin with the person.
    let agent_first = turns.iter().take_while(|turn| turn.author == Author::Agent).count();
    turns.drain(..agent_first);
    turns
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::timestamp::Timestamp;

    fn message(role: Author, content: &str, outcome: MessageOutcome) -> Message {
        let content = content.to_owned();
        Message { id: Uuid::nil(), role, content, outcome, created_at: Timestamp(0), receipt: None, error: None }
    }

    fn user(content: &str) -> Message {
        message(Author::User, content, MessageOutcome::Done)
    }

    fn agent(content: &str, outcome: MessageOutcome) -> Message {
        message(Author::Agent, content, outcome)
    }

    fn texts(messages: &[Message]) -> Vec<String> {
        turns(messages).into_iter().map(|turn| turn.text).collect()
    }

    #[test]
    fn a_retry_answers_the_message_and_not_the_failed_answer() {
        let failed = [user("a"), agent("par", MessageOutcome::Failed)];
        assert_eq!(texts(&failed), ["a"]);
        let stopped = [user("a"), agent("par", MessageOutcome::Stopped)];
        assert_eq!(texts(&stopped), ["a"]);
        let retried =
            [user("a"), agent("par", MessageOutcome::Stopped), agent("whole", MessageOutcome::Done), user("b")];
        assert_eq!(texts(&retried), ["a", "whole", "b"]);
    }

    #[test]
    fn a_long_conversation_loses_its_beginning() {
        let many: Vec<Message> = (0..200)
            .flat_map(|i| [user(&format!("q{i}")), agent(&format!("a{i}"), MessageOutcome::Done)])
            .chain([user("last")])
            .collect();
        let turns = turns(&many);
        assert!(turns.len() <= MAX_TURNS);
        assert_eq!(turns.first().map(|turn| turn.author), Some(Author::User));
        assert_eq!(turns.last().map(|turn| turn.text.as_str()), Some("last"));
        let long = "x".repeat(MAX_CHARS);
        assert_eq!(texts(&[user(&long), agent("a", MessageOutcome::Done), user(&long)]), [long]);
    }
}
