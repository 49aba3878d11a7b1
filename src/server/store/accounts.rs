//! People: an address, a name, a password's hash.

use uuid::Uuid;

use super::{db::Tx, search_words::words};
use crate::model::{account::email_key, timestamp::Timestamp};

/// An account's row.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account's id.
    pub id: Uuid,
    /// The address as it was typed.
    pub email: String,
    /// The name they gave.
    pub name: String,
    /// The hash of the password, in PHC form.
    pub password_hash: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    password_hash: String,
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        let Row { id, email, name, password_hash } = row;
        Self { id, email, name, password_hash }
    }
}

/// Makes an account; `false` when the address already has one.
pub async fn insert(tx: &mut Tx<'_>, new: &Account, at: Timestamp) -> Result<bool, sqlx::Error> {
    let made = on!(tx, c => sqlx::query(
        "INSERT INTO accounts (id, email, email_key, name, password_hash, created_at, words) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING")
        .bind(new.id).bind(&new.email).bind(email_key(&new.email)).bind(&new.name).bind(&new.password_hash).bind(at.0)
        .bind(words(&new.name, &new.email)).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(made == 1)
}

/// The account with this address, however it is spelt.
pub async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Account>, sqlx::Error> {
    let row = on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT id, email, name, password_hash FROM accounts WHERE email_key = $1")
        .bind(email_key(email)).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The account with this id.
pub async fn by_id(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Account>, sqlx::Error> {
    let row = on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT id, email, name, password_hash FROM accounts WHERE id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Puts a new password's hash in place of the one before.
pub async fn set_password(tx: &mut Tx<'_>, id: Uuid, hash: &str) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE accounts SET password_hash = $2 WHERE id = $1")
        .bind(id).bind(hash).execute(c).await.map(drop))
}
