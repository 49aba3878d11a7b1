//! Somebody with an account, and a browser in which they are signed in.

use galley::{
    model::account::Me,
    server::domain::{
        accounts::SignUp,
        caller::{Caller, Via},
        sign_ins::Entered,
    },
};
use uuid::Uuid;

use super::{app::TestApp, browser::Browser};

/// Somebody with an account; clones share the browser.
#[derive(Clone)]
pub struct Person {
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their password.
    pub password: String,
    /// To call the domain with.
    pub caller: Caller,
    /// Where they are signed in.
    pub browser: Browser,
}

/// Somebody who has no account yet.
pub struct Newcomer {
    email: String,
    name: String,
    password: String,
}

impl Person {
    /// Makes somebody up.
    #[expect(clippy::new_ret_no_self, reason = "nobody is a person here before they have signed up")]
    pub fn new(name: &str) -> Newcomer {
        let email = format!(
            "{}-{}@example.com",
            name.to_lowercase(),
            Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).simple()
        );
        Newcomer { email, name: name.to_owned(), password: format!("{name}'s long password") }
    }
}

impl Newcomer {
    /// What they say when they sign up.
    pub fn form<'a>(&'a self, workspace: &'a str, invitation: Option<&'a str>) -> SignUp<'a> {
        SignUp { email: &self.email, name: &self.name, password: &self.password, workspace, invitation }
    }

    /// The same person, once they have an account: signs them in.
    pub async fn signed_in(self, app: &TestApp, entered: Entered) -> Person {
        let Self { email, name, password } = self;
        let browser = app.browser();
        let answer = browser.call("sign_in", &[("email", &email), ("password", &password)]).await;
        assert!(answer.json()["entered"].is_object(), "{}", answer.text);
        let me = app.who(entered.account, entered.workspace).await;
        Person { email, name, password, caller: caller(&me), browser }
    }
}

fn caller(me: &Me) -> Caller {
    Caller {
        account: me.account_id,
        workspace: me.workspace.id,
        role: me.workspace.role,
        via: Via::Page,
        address: "203.0.113.7".to_owned(),
        key: None,
    }
}
