//! Two texts compared by line, and inside changed lines by word.
//!
//! The work is bounded by the size of the texts, without a clock; see `search`. Whatever it gives up, the hunks turn the
//! one text into the other.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use similar::{DiffOp, DiffableStr, group_diff_ops};
use utoipa::ToSchema;

use super::search::{Work, ops};

/// Unchanged lines that are shown around a change.
const CONTEXT: usize = 3;

/// Blocks of changed lines that are longer than this on a side are marked as a whole: so many words are no help to a
/// reader, and cutting them apart takes longer than the rest of the diff.
const MAX_BLOCK: usize = 40_000;

/// A single line that is shorter than this needs no hunks: both values are readable side by side.
const SHORT: usize = 60;

/// The changed places of a text, each with some unchanged lines around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct TextHunks(pub Vec<Hunk>);

/// One changed place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hunk {
    /// The first line in the text before, from 1.
    pub old_line: usize,
    /// The first line in the text after, from 1.
    pub new_line: usize,
    /// The lines of both texts, removed ones before the added ones that replace them.
    pub lines: Vec<Line>,
}

/// A line of one or both texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Line {
    /// Whose it is.
    pub kind: LineKind,
    /// Its text without the line end, in pieces.
    pub words: Vec<Word>,
}

/// Whose a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Both have it.
    Same,
    /// Only the text before has it.
    Removed,
    /// Only the text after has it.
    Added,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Word {
    /// Whether to highlight it: it differs within a line that is otherwise alike.
    pub changed: bool,
    /// The text.
    pub text: String,
}

impl Line {
    /// The whole line.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }

    fn whole(kind: LineKind, text: &str) -> Self {
        Self { kind, words: vec![Word { changed: false, text: text.to_owned() }] }
    }
}

/// The lines of a text: at least one, and joined by line ends they are the text again.
pub fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

/// The changed places from `before` to `after`.
pub fn hunks(before: &str, after: &str) -> TextHunks {
    let (old, new) = (lines(before), lines(after));
    let mut work = Work::new();
    let ops = ops(&old, &new, &mut work);
    let mut hunk = |ops: Vec<DiffOp>| {
        let first = ops.first()?;
        let (old_line, new_line) = (first.old_range().start + 1, first.new_range().start + 1);
        let mut lines = Vec::new();
        for op in &ops {
            let (old, new) = (old.get(op.old_range())?, new.get(op.new_range())?);
            match op {
                DiffOp::Equal { .. } => lines.extend(old.iter().map(|line| Line::whole(LineKind::Same, line))),
                DiffOp::Delete { .. } => lines.extend(old.iter().map(|line| Line::whole(LineKind::Removed, line))),
                DiffOp::Insert { .. } => lines.extend(new.iter().map(|line| Line::whole(LineKind::Added, line))),
                DiffOp::Replace { .. } => replaced(&mut lines, old, new, &mut work),
            }
        }
        Some(Hunk { old_line, new_line, lines })
    };
    TextHunks(group_diff_ops(ops, CONTEXT).into_iter().filter_map(&mut hunk).collect())
}

/// The hunks of two values, where they say more than the values side by side: long text, lists of texts, JSON.
pub(super) fn hunks_of(before: &Value, after: &Value) -> Option<TextHunks> {
    let (before, after) = (readable(before)?, readable(after)?);
    let long = |text: &str| text.contains('\n') || text.len() >= SHORT;
    (long(&before) || long(&after)).then(|| hunks(&before, &after))
}

/// A value as a person reads it: text as it is, a list one entry on each line, an object as indented JSON.
pub fn display(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(value) => readable(value).unwrap_or_else(|| value.to_string()),
    }
}

fn readable(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => {
            let line = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some(list.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        Value::Object(_) => serde_json::to_string_pretty(value).ok(),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A block of lines that became another one: words are compared across the block, so that a moved line end is no change.
fn replaced(lines: &mut Vec<Line>, old: &[&str], new: &[&str], work: &mut Work) {
    let long = |lines: &[&str]| lines.iter().map(|line| line.len() + 1).sum::<usize>() > MAX_BLOCK;
    if work.is_spent() || long(old) || long(new) {
        lines.extend(old.iter().map(|line| Line::whole(LineKind::Removed, line)));
        lines.extend(new.iter().map(|line| Line::whole(LineKind::Added, line)));
        return;
    }
    let (before, after) = (old.join("\n"), new.join("\n"));
    let (old_words, new_words) = (before.tokenize_unicode_words(), after.tokenize_unicode_words());
    let mut removed = Block::new(LineKind::Removed);
    let mut added = Block::new(LineKind::Added);
    for op in &ops(&old_words, &new_words, work) {
        let changed = !matches!(op, DiffOp::Equal { .. });
        removed.extend(changed, old_words.get(op.old_range()));
        added.extend(changed, new_words.get(op.new_range()));
    }
    // Two sentences that share little but spaces are easier to read as a whole.
    if removed.kept.max(added.kept) * 4 < before.len().min(after.len()) {
        removed.forget();
        added.forget();
    }
    lines.append(&mut removed.lines);
    lines.append(&mut added.lines);
}

/// Lines that are put together from words.
struct Block {
    lines: Vec<Line>,
    kind: LineKind,
    /// Bytes of unchanged words, spaces not counted.
    kept: usize,
}

impl Block {
    fn new(kind: LineKind) -> Self {
        Self { lines: vec![Line { kind, words: Vec::new() }], kind, kept: 0 }
    }

    fn extend(&mut self, changed: bool, words: Option<&[&str]>) {
        for word in words.unwrap_or_default() {
            if !changed {
                self.kept += word.trim().len();
            }
            for (i, text) in word.split('\n').enumerate() {
                if i > 0 {
                    self.lines.push(Line { kind: self.kind, words: Vec::new() });
                }
                self.push(changed, text);
            }
        }
    }

    fn push(&mut self, changed: bool, text: &str) {
        let Some(line) = self.lines.last_mut().filter(|_| !text.is_empty()) else { return };
        match line.words.last_mut().filter(|word| word.changed == changed) {
            Some(word) => word.text.push_str(text),
            None => line.words.push(Word { changed, text: text.to_owned() }),
        }
    }

    fn forget(&mut self) {
        for line in &mut self.lines {
            *line = Line::whole(self.kind, &line.text());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `text` with the hunks applied, as `patch` would do it.
    fn patched(text: &str, hunks: &TextHunks) -> String {
        let old = lines(text);
        let mut out: Vec<String> = Vec::new();
        let mut at = 0;
        for hunk in &hunks.0 {
            out.extend(old[at..hunk.old_line - 1].iter().map(|line| (*line).to_owned()));
            at = hunk.old_line - 1;
            assert_eq!(out.len(), hunk.new_line - 1);
            for line in &hunk.lines {
                if line.kind != LineKind::Added {
                    assert_eq!(line.text(), old[at]);
                    at += 1;
                }
                if line.kind != LineKind::Removed {
                    out.push(line.text());
                }
            }
        }
        out.extend(old[at..].iter().map(|line| (*line).to_owned()));
        out.join("\n")
    }

    fn marked(hunks: &TextHunks) -> Vec<String> {
        let line = |line: &Line| {
            let sign = match line.kind {
                LineKind::Same => ' ',
                LineKind::Removed => '-',
                LineKind::Added => '+',
            };
            let words = line.words.iter().map(|w| if w.changed { format!("[{}]", w.text) } else { w.text.clone() });
            format!("{sign}{}", words.collect::<String>())
        };
        hunks.0.iter().flat_map(|hunk| hunk.lines.iter().map(line)).collect()
    }

    #[test]
    fn words_inside_a_changed_line_are_marked() {
        let found =
            hunks("Be kind.\nAnswer in two sentences.\nStop.", "Be kind.\nAnswer in three short sentences.\nStop.");
        assert_eq!(
            marked(&found),
            [" Be kind.", "-Answer in [two] sentences.", "+Answer in [three short] sentences.", " Stop."]
        );
    }

    #[test]
    fn lines_that_share_nothing_are_marked_as_a_whole() {
        assert_eq!(marked(&hunks("alpha beta gamma", "uno dos tres")), ["-alpha beta gamma", "+uno dos tres"]);
    }

    #[test]
    fn far_changes_are_separate_hunks_with_their_line_numbers() {
        let before: Vec<String> = (1..=40).map(|n| n.to_string()).collect();
        let mut after = before.clone();
        after[1] = "two".into();
        after.remove(29);
        let (before, after) = (before.join("\n"), after.join("\n"));
        let found = hunks(&before, &after);
        let places: Vec<_> = found.0.iter().map(|hunk| (hunk.old_line, hunk.new_line)).collect();
        assert_eq!(places, [(1, 1), (27, 27)]);
        assert_eq!(patched(&before, &found), after);
    }

    #[test]
    fn the_last_line_end_counts() {
        let found = hunks("a", "a\n");
        assert_eq!(marked(&found), [" a", "+"]);
        assert_eq!(patched("a", &found), "a\n");
        assert_eq!(hunks("a\n", "a\n"), TextHunks::default());
    }

    #[test]
    fn a_value_is_shown_as_a_person_reads_it() {
        assert_eq!(display(None), "");
        assert_eq!(display(Some(&serde_json::json!(0.3))), "0.3");
        assert_eq!(display(Some(&serde_json::json!(["a", "b"]))), "a\nb");
        assert_eq!(display(Some(&serde_json::json!({"a": "{{ x }}"}))), "{\n  \"a\": \"{{ x }}\"\n}");
    }

    /// Repeats `piece` up to 200 KB.
    fn large(mut piece: impl FnMut(usize) -> String) -> String {
        let mut text = String::new();
        for n in 0.. {
            if text.len() >= 200_000 {
                break;
            }
            text.push_str(&piece(n));
        }
        text
    }

    /// Numbers that look random and are the same each time.
    fn noise(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 40
        }
    }

    #[test]
    fn the_largest_texts_that_are_made_to_be_slow_come_out_right() {
        let letters = |seed: u64, end: &str| {
            let mut next = noise(seed);
            large(|_| format!("{}{end}", char::from(b'a' + u8::try_from(next() % 16).unwrap())))
        };
        let words = |seed: u64| {
            let mut next = noise(seed);
            large(|_| format!("w{} ", next() % 50))
        };
        let cases = [
            // Few distinct lines in no order.
            (letters(1, "\n"), letters(2, "\n")),
            (letters(1, " x\n"), letters(2, " x\n")),
            // No line in common.
            (large(|n| format!("a{n}\n")), large(|n| format!("b{n}\n"))),
            // All lines the same, of another number.
            (large(|_| "same\n".into()), large(|_| "same\n".into())[..100_000].to_owned()),
            (large(|_| "\n".into()), large(|_| " \n".into())),
            // Two lines by turns.
            (large(|n| ["x\n", "y\n"][n % 2].into()), large(|n| ["y\n", "x\n", "x\n"][n % 3].into())),
            // One line of many words, of one word, of signs.
            (words(1), words(2)),
            (large(|_| "a".into()), large(|_| "b".into())),
            (large(|n| ["?", "!"][n % 2].into()), large(|n| ["!", "?", "?"][n % 3].into())),
            // A few lines against many.
            (letters(1, "\n")[..120].to_owned(), letters(2, "\n")),
        ];
        for (before, after) in cases {
            for (before, after) in [(&before, &after), (&after, &before)] {
                assert!(patched(before, &hunks(before, after)) == *after, "{:?} to {:?}", &before[..20], &after[..20]);
            }
        }
    }

    fn lines_of(alphabet: &'static [&'static str]) -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(alphabet), 0..1_500).prop_map(|lines| lines.join("\n"))
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        /// Long texts of few lines, which are compared with and without anchors and until no work is left.
        #[test]
        fn long_hunks_turn_one_text_into_the_other(
            before in prop_oneof![lines_of(&["x", "y"]), lines_of(&["a b", "a c", "", "d e f"]), lines_of(&["x"])],
            after in prop_oneof![lines_of(&["y", "x"]), lines_of(&["a b", "c", "", "d f e"]), lines_of(&["z"])],
            own in proptest::collection::vec(0_usize..3_000, 0..40),
        ) {
            // Some lines that stand once in each, in any order.
            let with_own = |text: &str, order: &mut dyn Iterator<Item = &usize>| {
                let mut all: Vec<String> = text.split('\n').map(str::to_owned).collect();
                for n in order {
                    all.insert(n % (all.len() + 1), format!("own {n}"));
                }
                all.join("\n")
            };
            let (before, after) = (with_own(&before, &mut own.iter()), with_own(&after, &mut own.iter().rev()));
            let found = hunks(&before, &after);
            proptest::prop_assert_eq!(patched(&before, &found), after.clone());
        }
    }

    proptest::proptest! {
        #[test]
        fn hunks_turn_one_text_into_the_other(before in "([ab ]{0,3}\n?){0,30}", after in "([ab ]{0,3}\n?){0,30}") {
            let found = hunks(&before, &after);
            proptest::prop_assert_eq!(patched(&before, &found), after.clone());
            proptest::prop_assert_eq!(found.0.is_empty(), before == after);
        }
    }
}
