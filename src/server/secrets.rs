//! Sealing of secrets at rest, and keyed hashes of what must be found but not read.
//!
//! The key comes from `GALLEY_SECRET_KEY`, never from the database, so a stolen database gives no secret away.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::failure::{Failure, Outcome};

const NONCE_BYTES: usize = 24;

/// The key, which never shows itself.
pub struct Secrets {
    key: [u8; 32],
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// Seals with this key of 32 bytes.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Encrypts `plain` for the place that `purpose` names: sealed bytes moved to another place do not open there.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Outcome<Vec<u8>> {
        let nonce: [u8; NONCE_BYTES] = random_bytes()?;
        let sealed = XChaCha20Poly1305::new(&self.key.into())
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: purpose.as_bytes() })
            .map_err(|error| Failure::internal(error.to_string()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`Secrets::seal`] made for the same purpose.
    ///
    /// # Errors
    /// When the key, the purpose or the bytes are not the ones it was sealed with.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Outcome<Vec<u8>> {
        let Some((nonce, body)) = sealed.split_first_chunk::<NONCE_BYTES>() else {
            return Err(Failure::internal("a sealed secret is too short"));
        };
        XChaCha20Poly1305::new(&self.key.into())
            .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: purpose.as_bytes() })
            .map_err(|_| Failure::internal("a sealed secret does not open: was GALLEY_SECRET_KEY changed?"))
    }

    /// A keyed hash of `value` for `purpose`: finds it again, tells nothing about it.
    #[must_use]
    pub fn fingerprint(&self, purpose: &str, value: &str) -> Vec<u8> {
        let inner = Sha256::new().chain_update(self.key).chain_update(purpose).chain_update([0]).chain_update(value);
        Sha256::new().chain_update(self.key).chain_update(inner.finalize()).finalize().to_vec()
    }
}

/// Bytes that nobody can guess.
///
/// # Errors
/// When the machine gives none.
pub fn random_bytes<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Failure::internal)?;
    Ok(bytes)
}

/// A token for a link: 256 bits that nobody can guess, in the letters of a URL.
///
/// # Errors
/// When the machine gives no randomness.
pub fn random_token() -> Outcome<String> {
    use base64::Engine;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}

/// Whether two hashes are the same, in a time that says nothing about where they differ.
#[must_use]
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// SHA-256, for tokens that are themselves random.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_and_purpose() {
        let secrets = Secrets::new([7; 32]);
        let sealed = secrets.seal("provider", b"sk-canary").unwrap();
        assert!(!sealed.windows(9).any(|window| window == b"sk-canary"));
        assert_eq!(secrets.open("provider", &sealed).unwrap(), b"sk-canary");
        assert!(secrets.open("skill", &sealed).is_err());
        assert!(Secrets::new([8; 32]).open("provider", &sealed).is_err());
        assert!(secrets.open("provider", b"short").is_err());
        assert_ne!(sealed, secrets.seal("provider", b"sk-canary").unwrap());
    }

    #[test]
    fn fingerprints_depend_on_key_purpose_and_value() {
        let secrets = Secrets::new([7; 32]);
        let print = secrets.fingerprint("address", "10.0.0.1");
        assert_eq!(print, secrets.fingerprint("address", "10.0.0.1"));
        assert_ne!(print, secrets.fingerprint("account", "10.0.0.1"));
        assert_ne!(print, secrets.fingerprint("address", "10.0.0.2"));
        assert_ne!(print, Secrets::new([8; 32]).fingerprint("address", "10.0.0.1"));
        assert!(same(&print, &print.clone()));
        assert!(!same(&print, &secrets.fingerprint("account", "10.0.0.1")));
        assert!(!same(&print, &[]));
    }
}
