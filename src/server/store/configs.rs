//! Canonical bodies by content: configs, and what `compile()` made of them. Compressed; immutable.

use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use uuid::Uuid;

use super::db::Tx;
use crate::model::config::ConfigHash;

/// No body is longer than this when unpacked: a guard against a damaged row.
const MAX_BODY_BYTES: u64 = 16 * 1024 * 1024;

/// Keeps a body under its hash; keeping it again changes nothing.
pub async fn put(tx: &mut Tx<'_>, workspace: Uuid, hash: &ConfigHash, body: &[u8]) -> Result<(), sqlx::Error> {
    let packed = pack(body).map_err(sqlx::Error::Io)?;
    on!(tx, c => sqlx::query(
        "INSERT INTO configs (workspace_id, hash, body) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, hash) DO NOTHING")
        .bind(workspace).bind(hash.as_bytes().as_slice()).bind(packed).execute(c).await.map(drop))
}

/// The body under a hash.
pub async fn get(tx: &mut Tx<'_>, workspace: Uuid, hash: &ConfigHash) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let packed: Option<Vec<u8>> = on!(tx, c => sqlx::query_scalar(
        "SELECT body FROM configs WHERE workspace_id = $1 AND hash = $2")
        .bind(workspace).bind(hash.as_bytes().as_slice()).fetch_optional(c).await)?;
    packed.map(|packed| unpack(&packed).map_err(sqlx::Error::Io)).transpose()
}

fn pack(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    DeflateDecoder::new(packed).take(MAX_BODY_BYTES).read_to_end(&mut body)?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_survive_packing() {
        let body = "{\"instructions\":\"Say “hello” 🛟\"}".repeat(500);
        let packed = pack(body.as_bytes()).unwrap();
        assert!(packed.len() < body.len() / 10);
        assert_eq!(unpack(&packed).unwrap(), body.as_bytes());
    }
}
