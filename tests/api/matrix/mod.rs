//! Who may ask for what: every operation of the OpenAPI document, by every kind of caller; and every place in which one
//! takes an id, with ids that are not the caller's.
//!
//! An operation, or a place of an id, without a row in [`rows`] fails the test. To add an operation: say there what it is
//! asked with, who may ask it, and what each of its ids names; [`world`] makes what there is to name.

mod callers;
mod dialects;
mod document;
mod foreign;
mod rows;
mod world;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use self::{
    callers::{Answered, Caller, Doors},
    document::{Operation, operations},
    rows::{Row, rows},
    world::{Cast, EVERYTHING, World, address},
};
use crate::support::TestApp;

/// How many operations are tried at a time.
const AT_A_TIME: usize = 8;

/// What every part of the matrix works with.
struct Matrix {
    cast: Cast,
    doors: Doors,
    operations: Vec<Operation>,
    /// What reads are asked about: they change nothing.
    library: World,
}

impl Matrix {
    async fn new(app: &TestApp) -> Self {
        let cast = Cast::gather(app).await;
        let doors = Doors::open(&cast).await;
        let document = app.browser().get("/api/openapi.json").await.json();
        let operations = operations(&document);
        assert!(operations.len() > 50, "the document has {} operations", operations.len());
        let library = cast.world("", EVERYTHING).await;
        Self { cast, doors, operations, library }
    }

    async fn status(&self, caller: Caller, operation: &Operation, row: &Row, world: &World) -> u16 {
        let asked = (operation.method.as_str(), address(&operation.path));
        self.doors.ask(&self.cast, (caller, world), (asked.0, &asked.1), &row.body).await.status.as_u16()
    }

    /// Whatever is wrong with one row: who is refused comes first, and then must have changed nothing for who is let in.
    async fn wrong(&self, operation: &Operation, row: &Row) -> Vec<String> {
        let words = format!("AGENT {} {}", address(&operation.path), row.body);
        let make = || self.cast.world(&operation.name, &words);
        let apart = !operation.reads() || operation.name == "follow_answer";
        let shared = if apart { Some(make().await) } else { None };
        let world = shared.as_ref().unwrap_or(&self.library);
        let mut wrong = Vec::new();
        let mut callers = Caller::all();
        callers.sort_by_key(|caller| caller.answered(operation, row) == Answered::In);
        let mut used = false;
        for caller in callers {
            let answered = caller.answered(operation, row);
            let again = row.once && used && answered == Answered::In;
            let status = if again {
                self.status(caller, operation, row, &make().await).await
            } else {
                self.status(caller, operation, row, world).await
            };
            used |= answered == Answered::In;
            if !answered.is(status, row.ok) {
                let (name, body) = (&operation.name, &row.body);
                wrong.push(format!("{name} {body} by {caller:?}: {status}, expected {answered:?}"));
            }
        }
        wrong
    }
}

/// What is wrong with any of them, tried a few at a time.
async fn all_wrong<F: Future<Output = Vec<String>>>(tries: impl IntoIterator<Item = F>) -> Vec<String> {
    let found: Vec<Vec<String>> = stream::iter(tries).buffer_unordered(AT_A_TIME).collect().await;
    let mut found = found.concat();
    found.sort();
    found
}

both_engines! {
    async fn every_operation_is_open_to_whom_it_should_and_to_nobody_else(app: TestApp) {
        let matrix = Matrix::new(&app).await;
        let mut all: Vec<(&Operation, Row)> = Vec::new();
        for operation in &matrix.operations {
            let rows = rows(&operation.name);
            assert!(!rows.is_empty(), "{} has no row in the matrix", operation.name);
            all.extend(rows.into_iter().map(|row| (operation, row)));
        }
        let wrong = all_wrong(all.iter().map(|(operation, row)| matrix.wrong(operation, row))).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// The text with each word masked that is `id`, or the version of that number.
fn without(text: &str, id: &str) -> String {
    words_masked(text, |word| word == id || word.strip_prefix('v') == Some(id))
}

/// The text with every id and every hash masked.
fn masked(text: &str) -> String {
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    words_masked(text, |word| word.parse::<uuid::Uuid>().is_ok() || is_hash(word))
}

fn words_masked(text: &str, mask: impl Fn(&str) -> bool) -> String {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if is_letter(first) { rest.find(|c| !is_letter(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, after) = rest.split_at(end);
        out.push_str(if is_letter(first) && mask(word) { "ID" } else { word });
        rest = after;
    }
    out
}

#[test]
fn whole_words_are_masked() {
    let (id, hash) = ("01890a5d-ac96-774b-bcce-b302099a8057", "0a".repeat(32));
    assert_eq!(
        without("{\"status\":404,\"at\":\"/4/d4 v4\",\"of\":\"é-4-4\"}", "4"),
        "{\"status\":404,\"at\":\"/ID/d4 ID\",\"of\":\"é-4-4\"}"
    );
    assert_eq!(masked(&format!("\"{id}\",“{hash}”,{}", &hash[1..])), format!("\"ID\",“ID”,{}", &hash[1..]));
}

/// How many an answer lists, where it is a list.
fn listed(answer: &Value) -> Option<usize> {
    answer["data"].as_array().map(Vec::len)
}
