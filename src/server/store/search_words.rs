//! The words that agents and people are searched by, made the same way on both engines from what an author wrote and from what
//! somebody typed into a search box.
//!
//! Text is folded: lower case, without accents, every sign a space. `agents.words` keeps the words of name and
//! description with a space before each and one at the end, so that a word that begins with `ref` is found as ` ref`
//! inside. That is the whole rule; the engines' full-text indexes over the column only find candidates for it.
//! `accounts.words` does the same for the name and the address of a person.
//! Each piece between spaces of what was typed must match; a piece with signs inside (`foo-bar`) matches as a phrase.

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{
    db::{Engine, Tx},
    sql_text::{SqlText, Value},
};

/// More pieces than this say no more about what is looked for.
const MAX_PIECES: usize = 12;

/// Rows that get their words at once.
const BATCH: usize = 500;

/// A search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// Phrases of folded words, of which each must be in the text; the last word of a phrase may go on.
    Phrases(Vec<String>),
    /// There is no letter or digit to look for, so nothing matches.
    Nothing,
}

impl Search {
    /// Reads what was typed; `None` when that is only space.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let typed = typed.replace('\0', " ");
        if typed.trim().is_empty() {
            return None;
        }
        let phrases: Vec<String> =
            typed.split_whitespace().map(fold).filter(|phrase| !phrase.is_empty()).take(MAX_PIECES).collect();
        Some(if phrases.is_empty() { Self::Nothing } else { Self::Phrases(phrases) })
    }
}

/// The query of an engine's full-text index. Phrases are letters, digits and spaces, so nothing in them is an operator.
pub(super) fn query(phrases: &[String], engine: Engine) -> String {
    let (quoted, and): (Vec<String>, _) = match engine {
        Engine::Sqlite => (phrases.iter().map(|phrase| format!("\"{phrase}\"*")).collect(), " AND "),
        Engine::Postgres => (phrases.iter().map(|phrase| format!("'{phrase}':*")).collect(), " & "),
    };
    quoted.join(and)
}

/// The value of `agents.words`, and of `accounts.words` with the address in the description's place. Never empty: a row
/// with an empty one is from before the column.
#[must_use]
pub fn words(name: &str, description: &str) -> String {
    words_of(&format!("{name} {description}"))
}

/// The words of a text, with a space before each and one at the end. Never empty.
#[must_use]
pub fn words_of(text: &str) -> String {
    format!(" {} ", fold(text))
}

/// Adds the condition that each phrase is in `column`, given as the beginning of the engine's function over it.
pub(super) fn all_in(sql: &mut SqlText, search: Option<&Search>, begun: &'static str) {
    if let Some(Search::Phrases(phrases)) = search {
        for phrase in phrases {
            sql.push(begun).value(Value::Text(format!(" {phrase}"))).push(") > 0");
        }
    }
}

/// Gives their words to the agents and the people that have none.
///
/// # Errors
/// The database's own failure.
pub async fn fill(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    for (find, set) in [
        (
            "SELECT id, name, description FROM agents WHERE words = '' ORDER BY id LIMIT 500",
            "UPDATE agents SET words = $2 WHERE id = $1",
        ),
        (
            "SELECT id, name, email FROM accounts WHERE words = '' ORDER BY id LIMIT 500",
            "UPDATE accounts SET words = $2 WHERE id = $1",
        ),
    ] {
        fill_by(tx, find, set).await?;
    }
    Ok(())
}

async fn fill_by(tx: &mut Tx<'_>, find: &'static str, set: &'static str) -> Result<(), sqlx::Error> {
    loop {
        let rows: Vec<(Uuid, String, String)> = on!(tx, c => sqlx::query_as(find).fetch_all(c).await)?;
        let last = rows.len() < BATCH;
        for (id, name, more) in rows {
            on!(tx, c => sqlx::query(set).bind(id).bind(words(&name, &more)).execute(c).await.map(drop))?;
        }
        if last {
            return Ok(());
        }
    }
}

fn fold(text: &str) -> String {
    let accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let bare = text.nfd().flat_map(char::to_lowercase).filter(|c| !accent(c)).nfc();
    let spaced: String = bare.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(typed: &str) -> Vec<String> {
        match Search::read(typed) {
            Some(Search::Phrases(phrases)) => phrases,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_piece_is_a_phrase() {
        assert_eq!(phrases(" refund  Desk "), ["refund", "desk"]);
        assert_eq!(phrases("foo-bar ÉCOLE"), ["foo bar", "ecole"]);
        assert_eq!(query(&phrases("foo-bar x"), Engine::Sqlite), "\"foo bar\"* AND \"x\"*");
        assert_eq!(query(&phrases("foo-bar x"), Engine::Postgres), "'foo bar':* & 'x':*");
    }

    #[test]
    fn operators_are_text() {
        assert_eq!(phrases("a\"b OR"), ["a b", "or"]);
        assert_eq!(phrases("x' | !y NEAR(a\\"), ["x", "y", "near a"]);
    }

    #[test]
    fn space_is_no_search_and_signs_find_nothing() {
        assert_eq!(Search::read(" \t\n\0"), None);
        assert_eq!(Search::read("!!! ** ()"), Some(Search::Nothing));
    }

    #[test]
    fn text_is_folded() {
        assert_eq!(words("Rückerstattung", "(Zoë’s) e-mail, 日本が"), " ruckerstattung zoe s e mail 日本が ");
        assert_eq!(words("!!", ""), "  ");
        assert_eq!(words("İstanbul", ""), " istanbul ");
    }
}
