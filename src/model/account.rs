//! People and workspaces.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::timestamp::Timestamp;

/// What a person is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the workspace: members, providers, every agent in lists.
    Admin,
    /// Builds and uses agents.
    Member,
}

impl Role {
    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// Reads [`Role::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "admin" => Some(Self::Admin),
            "member" => Some(Self::Member),
            _ => None,
        }
    }
}

/// A person, as others in the workspace see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The account's id.
    pub id: Uuid,
    /// The name they gave.
    pub name: String,
}

/// A workspace that a person belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceInfo {
    /// The workspace's id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What the person is in it.
    pub role: Role,
}

/// The person who is signed in, as every page knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The account's id.
    pub account_id: Uuid,
    /// The name they gave.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The workspace that the pages are about now.
    pub workspace: WorkspaceInfo,
    /// Every workspace they belong to, the first joined first.
    pub workspaces: Vec<WorkspaceInfo>,
}

impl Me {
    /// Whether they run the workspace that the pages are about.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.workspace.role == Role::Admin
    }
}

/// A member of a workspace, as its members page lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The account's id.
    pub account_id: Uuid,
    /// The name they gave.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
    /// When they were last signed in to this workspace, to the hour; null for who never was, and for askers who are no
    /// admin.
    pub last_seen_at: Option<Timestamp>,
}

/// An invitation that may still be used. Its link was shown once, when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The invitation's id.
    pub id: Uuid,
    /// What the one who accepts will be.
    pub role: Role,
    /// For whom, in the words of who made it.
    pub note: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// A browser in which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Names the sign-in; not the cookie's value, and no way back to it.
    pub id: String,
    /// What the browser says it is.
    pub user_agent: String,
    /// The address it last came from.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen, to the hour.
    pub seen_at: Timestamp,
    /// Whether it is the browser that asks.
    pub current: bool,
}

/// How long an invitation may be used, unless its maker chooses otherwise.
pub const INVITATION_DAYS: i64 = 7;
/// How long an invitation may be used at the most.
pub const MAX_INVITATION_DAYS: i64 = 90;
/// How long an invitation may be used, as the members page offers it.
pub const INVITATION_CHOICES: [i64; 4] = [1, 7, 30, 90];
/// How long a reset link may be used.
pub const RESET_LINK_HOURS: i64 = 24;
/// How many characters a name of a person or a workspace may have.
pub const MAX_NAME: usize = 80;
/// How many characters the note of an invitation may have.
pub const MAX_INVITATION_NOTE: usize = 100;
/// How many characters a password has at least.
pub const MIN_PASSWORD: usize = 10;
/// How many characters a password has at most.
pub const MAX_PASSWORD: usize = 200;

/// Whether two spellings name one address: it is compared in lower case.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What is wrong with an address, if anything: it needs one `@`, something before it and a host after it.
#[must_use]
pub fn check_email(email: &str) -> Option<&'static str> {
    let email = email.trim();
    if email.is_empty() {
        return Some("is required");
    }
    if email.len() > 254 {
        return Some("is too long for an e-mail address");
    }
    let Some((local, host)) = email.split_once('@') else { return Some("needs an @, as in ada@example.com") };
    let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"');
    let host_is_odd = host.is_empty()
        || host.contains('@')
        || host.split('.').any(|label| label.is_empty() || label.starts_with('-') || label.ends_with('-'));
    if local.is_empty() || local.len() > 64 || host_is_odd || email.contains(strange) {
        return Some("is not an e-mail address, as in ada@example.com");
    }
    None
}

/// What is wrong with a password, if anything. Length is all that is asked: it is what makes guessing hard.
#[must_use]
pub fn check_password(password: &str) -> Option<String> {
    match password.chars().count() {
        0 => Some("is required".to_owned()),
        count if count < MIN_PASSWORD => Some(format!("needs at least {MIN_PASSWORD} characters, this has {count}")),
        count if count > MAX_PASSWORD => Some(format!("takes at most {MAX_PASSWORD} characters, this has {count}")),
        _ => None,
    }
}

/// What is wrong with the name of a person or a workspace, if anything.
#[must_use]
pub fn check_name(name: &str) -> Option<String> {
    match name.trim().chars().count() {
        0 => Some("is required".to_owned()),
        count if count > MAX_NAME => Some(format!("takes at most {MAX_NAME} characters, this has {count}")),
        _ if name.chars().any(char::is_control) => Some("must be one line".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked() {
        for good in ["ada@example.com", "a.b+c@x-y.example", "ünï@exämple.org", "root@localhost", " ada@example.com "]
        {
            assert_eq!(check_email(good), None, "{good}");
        }
        for bad in [
            "",
            " ",
            "ada",
            "@example.com",
            "ada@",
            "ada@.com",
            "ada@example..com",
            "a b@example.com",
            "a@b@c",
            "ada@-x.com",
            "Ada <ada@example.com>",
            "ada@example.com\nx",
        ] {
            assert!(check_email(bad).is_some(), "{bad:?}");
        }
        assert_eq!(email_key(" Ada@Example.COM "), "ada@example.com");
    }

    #[test]
    fn passwords_go_by_length_in_characters() {
        assert!(check_password("").is_some());
        assert!(check_password("123456789").is_some());
        assert_eq!(check_password("1234567890"), None);
        assert_eq!(check_password(&"ü".repeat(200)), None);
        assert!(check_password(&"ü".repeat(201)).is_some());
    }

    #[test]
    fn names_go_by_length_in_characters() {
        assert!(check_name("  ").is_some());
        assert!(check_name("a\nb").is_some());
        assert_eq!(check_name(&"ü".repeat(80)), None);
        assert!(check_name(&"ü".repeat(81)).is_some());
    }
}
