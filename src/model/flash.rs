//! What the next page says once: a toast that survives the redirect after a plain form post.

use serde::{Deserialize, Serialize};

/// How a toast sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Something worked.
    Good,
    /// A fact.
    #[default]
    Plain,
    /// Something was refused or failed.
    Bad,
}

/// What the next page says once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// How it sounds.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}

impl Flash {
    /// Something worked.
    pub fn good(text: impl Into<String>) -> Self {
        Self { tone: Tone::Good, text: text.into() }
    }

    /// Something was refused or failed.
    pub fn bad(text: impl Into<String>) -> Self {
        Self { tone: Tone::Bad, text: text.into() }
    }

    /// As a cookie's value: JSON in hexadecimal, since a cookie takes no quotes, commas or letters beyond ASCII.
    #[must_use]
    pub fn encode(&self) -> String {
        use std::fmt::Write;
        let json = serde_json::to_vec(self).unwrap_or_default();
        json.iter().fold(String::with_capacity(json.len() * 2), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// Reads [`Flash::encode`]; what is not one says nothing.
    #[must_use]
    pub fn decode(value: &str) -> Option<Self> {
        let digits = value.as_bytes().chunks(2);
        let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        serde_json::from_slice(&bytes.collect::<Option<Vec<u8>>>()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_through_a_cookie_and_back() {
        let flash = Flash::bad("“Name” is required; 名前");
        assert!(flash.encode().is_ascii());
        assert_eq!(Flash::decode(&flash.encode()), Some(flash));
        assert_eq!(Flash::decode("zz"), None);
        assert_eq!(Flash::decode(""), None);
    }
}
