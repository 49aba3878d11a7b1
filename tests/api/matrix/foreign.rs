//! An id of another workspace, and one of the own that the caller may not reach, answer exactly as one that never was.

use serde_json::Value;
use uuid::Uuid;

use super::{
    Matrix, all_wrong,
    callers::{Caller, Who},
    document::Operation,
    listed, masked,
    rows::{Place, place, rows},
    without,
    world::{EVERYTHING, World, address},
};
use crate::support::Answer;

/// What is compared of an answer: its status, which headers it has, and its body without the id asked for.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: Vec<String>,
    body: String,
}

impl Seen {
    fn of(answer: &Answer, id: &str, inert: bool) -> Self {
        let body = without(&answer.text, id);
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        Self { status: answer.status.as_u16(), headers, body: if inert { masked(&body) } else { body } }
    }
}

/// One place of an id, and one kind of id in it.
struct Try<'a> {
    operation: &'a Operation,
    place: &'a str,
    kind: &'static str,
    row: Place,
}

/// The worlds whose ids the caller must not be able to tell from none.
struct Others {
    hidden: World,
    foreign: World,
}

impl Matrix {
    /// Asks with `id` in the place.
    async fn with_id(&self, of: &Try<'_>, (caller, world): (Caller, &World), id: &str) -> Answer {
        let mut path = address(&of.operation.path);
        let mut body = of.row.body.clone().unwrap_or_else(|| rows(&of.operation.name).swap_remove(0).body);
        match of.place.split_once(' ') {
            Some(("path", "id")) => path = path.replace(of.kind, id),
            Some(("path", name)) => path = address(&of.operation.path.replace(&format!("{{{name}}}"), id)),
            Some(("query", name)) => path = format!("{path}?{name}={id}"),
            _ => body = put(&body, id, of.kind == "NUMBER"),
        }
        self.doors.ask(&self.cast, (caller, world), (&of.operation.method, &path), &body).await
    }

    /// Whatever is wrong with one place.
    async fn wrong_place(&self, of: &Try<'_>, others: &Others) -> Vec<String> {
        let name = &of.operation.name;
        let of_keys = of.operation.path.starts_with("/keys");
        let caller = Caller::InPerson(if of.operation.is_for_admins() && !of_keys { Who::Admin } else { Who::Owner });
        let make = || self.cast.world(name, EVERYTHING);
        let unknown = match of.kind {
            "NUMBER" => "99".to_owned(),
            "VERSION" => "v99".to_owned(),
            "DRAFT" => "d99".to_owned(),
            _ => Uuid::now_v7().to_string(),
        };
        let own = if of.operation.reads() && name != "follow_answer" { None } else { Some(make().await) };
        let own = own.as_ref().unwrap_or(&self.library);
        let at = format!("{name}, {} with an id of {}", of.place, of.kind);
        let mut wrong = Vec::new();

        let answer = self.with_id(of, (caller, own), &unknown).await;
        let never = Seen::of(&answer, &unknown, of.row.inert);
        let fits = match of.place.split_once(' ').unwrap().0 {
            _ if of.row.inert => answer.status.is_success(),
            "path" => never.status == 404,
            "query" if of.kind == "AGENT" || of.kind == "OWNER" => listed(&answer.json()) == Some(0),
            _ => matches!(never.status, 404 | 422),
        };
        if !fits {
            wrong.push(format!("{at} that never was: {} {}", never.status, answer.text));
        }

        let mut not_theirs = vec![("of another workspace", others.foreign.id(of.kind, true))];
        let by_admin = caller == Caller::InPerson(Who::Admin);
        if matches!(of.kind, "AGENT" | "SAVE" | "RELEASE" | "KEY" | "SESSION" | "RUN" | "APPROVAL") && !by_admin {
            not_theirs.push(("of somebody else", others.hidden.id(of.kind, false)));
        }
        for (whose, id) in not_theirs {
            // What succeeds changes the world.
            let fresh = if of.row.inert { Some(make().await) } else { None };
            let answer = self.with_id(of, (caller, fresh.as_ref().unwrap_or(own)), &id).await;
            let seen = Seen::of(&answer, &id, of.row.inert);
            if seen != never {
                wrong.push(format!("{at} {whose}: {seen:?}, and for one that never was: {never:?}"));
            }
        }

        // The caller's own, so that what is refused above is refused for the id.
        let fresh = if of.row.inert { Some(make().await) } else { None };
        let own = fresh.as_ref().unwrap_or(own);
        let answer = self.with_id(of, (caller, own), &own.id(of.kind, false)).await;
        let expected = match of.place {
            "path id" => answer.status.as_u16() == rows(name)[0].ok,
            _ => answer.status.is_success(),
        };
        let empty = !of.row.inert && of.place.starts_with("query") && listed(&answer.json()) == Some(0);
        if !expected || empty {
            wrong.push(format!("{at} of their own: {} {}", answer.status, answer.text));
        }
        wrong
    }
}

/// The body with the id in its place.
fn put(body: &Value, id: &str, number: bool) -> Value {
    let text = body.to_string();
    let text = if number { text.replace("\"ID\"", id) } else { text.replace("\"ID\"", &format!("\"{id}\"")) };
    serde_json::from_str(&text).unwrap()
}

both_engines! {
    async fn an_id_of_somebody_elses_answers_as_one_that_never_was(app: TestApp) {
        let matrix = Matrix::new(&app).await;
        let others = Others { hidden: matrix.cast.hidden().await, foreign: matrix.cast.foreign().await };
        let mut tries = Vec::new();
        for operation in &matrix.operations {
            for at in &operation.places {
                let find = || place(&operation.name, &operation.path, at);
                let row = find().unwrap_or_else(|| panic!("{}, {at} has no row in the matrix", operation.name));
                assert!(!row.kinds.is_empty());
                for kind in row.kinds {
                    tries.push(Try { operation, place: at, kind, row: find().unwrap() });
                }
            }
        }
        let wrong = all_wrong(tries.iter().map(|one| matrix.wrong_place(one, &others))).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(tries.len() > 60, "{} places", tries.len());
    }
}
