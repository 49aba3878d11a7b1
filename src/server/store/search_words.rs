//! What a person typed into a search box, as a query of either engine's full-text search.
//!
//! Each piece between spaces must match; a piece with punctuation inside (`foo-bar`) matches as a phrase, and its last
//! word by its beginning. Nothing that was typed is ever an operator: pieces are quoted, and quotes inside are undone.

use super::db::Engine;

/// More pieces than this say no more about what is looked for.
const MAX_PIECES: usize = 12;

/// What counts as space inside text on Postgres, whose parser would otherwise keep `example.com` or `a-b` as one word.
/// The same list stands in the migration that makes the `search` column.
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»“”„‘’‚–—…·•、。「」！？：，（）";

/// A search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// The text of a query in the engine's language.
    Words(String),
    /// There is no letter or digit to look for, so nothing matches.
    Nothing,
}

impl Search {
    /// Reads what was typed; `None` when that is only space.
    #[must_use]
    pub fn read(typed: &str, engine: Engine) -> Option<Self> {
        let typed = typed.replace('\0', " ");
        if typed.trim().is_empty() {
            return None;
        }
        let pieces: Vec<String> = typed
            .split_whitespace()
            .filter(|piece| piece.contains(char::is_alphanumeric))
            .take(MAX_PIECES)
            .filter_map(|piece| match engine {
                Engine::Sqlite => Some(format!("\"{}\"*", piece.replace('"', " "))),
                Engine::Postgres => quote_for_postgres(piece),
            })
            .collect();
        if pieces.is_empty() {
            return Some(Self::Nothing);
        }
        Some(Self::Words(pieces.join(match engine {
            Engine::Sqlite => " AND ",
            Engine::Postgres => " & ",
        })))
    }
}

fn quote_for_postgres(piece: &str) -> Option<String> {
    let plain: String = piece.chars().map(|c| if PUNCTUATION.contains(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() { None } else { Some(format!("'{}':*", words.join(" "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(typed: &str) -> (Option<Search>, Option<Search>) {
        (Search::read(typed, Engine::Sqlite), Search::read(typed, Engine::Postgres))
    }

    fn words(sqlite: &str, postgres: &str) -> (Option<Search>, Option<Search>) {
        (Some(Search::Words(sqlite.into())), Some(Search::Words(postgres.into())))
    }

    #[test]
    fn each_piece_is_quoted() {
        assert_eq!(both(" refund  desk "), words("\"refund\"* AND \"desk\"*", "'refund':* & 'desk':*"));
        assert_eq!(both("foo-bar"), words("\"foo-bar\"*", "'foo bar':*"));
    }

    #[test]
    fn operators_are_text() {
        assert_eq!(both("a\"b OR"), words("\"a b\"* AND \"OR\"*", "'a b':* & 'OR':*"));
        assert_eq!(both("x' | !y"), words("\"x'\"* AND \"!y\"*", "'x':* & 'y':*"));
        assert_eq!(both("NEAR(a\\"), words("\"NEAR(a\\\"*", "'NEAR a':*"));
    }

    #[test]
    fn space_is_no_search_and_signs_find_nothing() {
        assert_eq!(both(" \t\n\0"), (None, None));
        assert_eq!(both("!!! ** ()"), (Some(Search::Nothing), Some(Search::Nothing)));
    }
}
