//! Everybody who may come with a request, and what each is to be answered.

use axum::{
    body::Body,
    http::{Request, Response, header},
};
use galley::model::api_key::Scope;
use http_body_util::BodyExt;
use serde_json::Value;

use super::{
    document::Operation,
    rows::{MAKES_AGENTS, May, Row},
    world::{Cast, OF_AN_AGENT, World},
};
use crate::{
    api::Program,
    support::{Answer, Browser, Person},
};

/// A person, by what they are to the agent in question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Who {
    Owner,
    Editor,
    User,
    /// A member without a right.
    Other,
    /// An admin without a right.
    Admin,
    /// An admin of another workspace.
    Stranger,
}

impl Who {
    const ALL: [Self; 6] = [Self::Owner, Self::Editor, Self::User, Self::Other, Self::Admin, Self::Stranger];
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caller {
    /// Without a key and without a sign-in.
    Nobody,
    /// With a key that is none.
    WrongKey,
    /// Somebody who is signed in.
    InPerson(Who),
    /// A key with every scope that this person may give.
    KeyOf(Who),
    /// A key with one scope: the admin's for `admin`, else the owner's.
    With(Scope),
    /// A key of the owner's that is bound to the agent in question.
    OfThisAgent,
    /// A key of the owner's that is bound to another agent.
    OfAnotherAgent,
}

/// What a caller is to be answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answered {
    /// What was asked for.
    In,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404, as for an id that never was.
    NotThere,
    /// 403 or 404: they know of it anyway.
    Refused,
}

impl Answered {
    pub fn is(self, status: u16, ok: u16) -> bool {
        match self {
            Self::In => status == ok,
            Self::Unauthorized => status == 401,
            Self::Forbidden => status == 403,
            Self::NotThere => status == 404,
            Self::Refused => matches!(status, 403 | 404),
        }
    }
}

impl Caller {
    /// Every one of them.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Nobody, Self::WrongKey, Self::OfThisAgent, Self::OfAnotherAgent];
        all.extend(Scope::ALL.map(Self::With));
        all.extend(Who::ALL.map(Self::InPerson));
        all.extend(Who::ALL.map(Self::KeyOf));
        all
    }

    /// What they are to be answered.
    pub fn answered(self, operation: &Operation, row: &Row) -> Answered {
        let for_admins = operation.is_for_admins();
        match self {
            Self::Nobody | Self::WrongKey => Answered::Unauthorized,
            Self::KeyOf(who) if for_admins && !matches!(who, Who::Admin | Who::Stranger) => Answered::Forbidden,
            Self::InPerson(who) | Self::KeyOf(who) => person(who, operation, row.may),
            Self::With(scope) => {
                let asked = &operation.scopes;
                let writes = scope == Scope::AgentsWrite && asked.contains(&Scope::AgentsDraft);
                if !asked.is_empty() && !asked.contains(&scope) && !writes {
                    Answered::Forbidden
                } else if row.may == May::Draft {
                    // It takes a scope for drafts besides.
                    Answered::NotThere
                } else {
                    person(if scope == Scope::Admin { Who::Admin } else { Who::Owner }, operation, row.may)
                }
            }
            Self::OfThisAgent | Self::OfAnotherAgent if for_admins => Answered::Forbidden,
            Self::OfAnotherAgent if row.may != May::Member || operation.path.contains("{id}") => Answered::NotThere,
            Self::OfThisAgent | Self::OfAnotherAgent if MAKES_AGENTS.contains(&operation.name.as_str()) => {
                Answered::Forbidden
            }
            Self::OfThisAgent if row.may == May::Draft => Answered::NotThere,
            Self::OfThisAgent | Self::OfAnotherAgent => person(Who::Owner, operation, row.may),
        }
    }
}

#[expect(clippy::match_same_arms, reason = "one right after the other, and for each the people in their order")]
fn person(who: Who, operation: &Operation, may: May) -> Answered {
    use Answered::{Forbidden, In, NotThere, Refused};
    use Who::{Admin, Editor, Other, Owner, Stranger, User};
    match (may, who) {
        (May::Member, _) => In,
        (May::Admin, Admin) => In,
        // In their own workspace they are one.
        (May::Admin, Stranger) => {
            if operation.path.contains("{id}") {
                NotThere
            } else {
                In
            }
        }
        (May::Admin, _) => Forbidden,
        (_, Stranger | Other) => NotThere,
        (_, Owner) => In,
        (May::See, _) => In,
        (May::Use, Editor | User) => In,
        (May::Edit | May::Draft | May::Run, Editor) => In,
        (May::OwnOrAdmin | May::Trash | May::Key, Admin) => In,
        (May::Draft, Admin) => Refused,
        (May::Use | May::Edit | May::Own | May::OwnOrAdmin, _) => Forbidden,
        (May::Draft | May::Trash | May::Talk | May::Run | May::Key, _) => NotThere,
    }
}

/// The callers with their keys.
pub struct Doors {
    keys: Vec<(Caller, String)>,
}

impl Doors {
    /// Makes every key that is the same in all worlds.
    pub async fn open(cast: &Cast) -> Self {
        let app = &cast.app;
        let mut keys = vec![(Caller::WrongKey, format!("gk_live_{}", "x".repeat(43)))];
        for scope in Scope::ALL {
            let maker = if scope == Scope::Admin { &cast.ada } else { &cast.owner };
            keys.push((Caller::With(scope), Program::of(app, maker, &[scope], None).await.key));
        }
        for who in Who::ALL {
            keys.push((Caller::KeyOf(who), Program::whole(app, cast.person(who)).await.key));
        }
        let agent = crate::releases::agent(app, &cast.owner, "Another.").await;
        let bound = Program::of(app, &cast.owner, &OF_AN_AGENT, Some(agent)).await;
        keys.push((Caller::OfAnotherAgent, bound.key));
        Self { keys }
    }

    /// Asks; the body of an answer that comes as events is not waited for.
    pub async fn ask(
        &self,
        cast: &Cast,
        (caller, world): (Caller, &World),
        (method, address): (&str, &str),
        body: &Value,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(world.fill(address));
        let browser = match caller {
            Caller::InPerson(who) => {
                request = request.header("sec-fetch-site", "same-origin");
                cast.person(who).browser.clone()
            }
            _ => cast.app.browser(),
        };
        // Cookies are all that a browser keeps; what answers is this server.
        let browser = browser.on(&cast.app);
        let key = match caller {
            Caller::OfThisAgent => Some(world.bound.clone().unwrap()),
            _ => self.keys.iter().find(|(of, _)| *of == caller).map(|(_, key)| key.clone()),
        };
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let body = if matches!(method, "GET" | "DELETE") {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(world.body(body).to_string())
        };
        read(browser, request.body(body).unwrap()).await
    }
}

async fn read(browser: Browser, request: Request<Body>) -> Answer {
    let response: Response<Body> = browser.open(request).await;
    let (parts, body) = response.into_parts();
    let events = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let text = if events {
        String::new()
    } else {
        String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
    };
    Answer { status: parts.status, headers: parts.headers, text }
}

impl Cast {
    pub fn person(&self, who: Who) -> &Person {
        match who {
            Who::Owner => &self.owner,
            Who::Editor => &self.editor,
            Who::User => &self.user,
            Who::Other => &self.other,
            Who::Admin => &self.ada,
            Who::Stranger => &self.eve,
        }
    }
}
