//! Programs to copy: each asks one agent one thing by its own key and prints the answer. They need nothing installed besides
//! their language, and a test runs them as they stand here.

use uuid::Uuid;

/// The variable that the programs take the key from: a key belongs into no program.
pub const KEY_VARIABLE: &str = "GALLEY_API_KEY";

/// A program in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// What it is written in.
    pub language: &'static str,
    /// The program.
    pub code: String,
}

/// The programs for an agent of the Galley at `url`, which has no slash at its end.
#[must_use]
pub fn all(url: &str, agent: Uuid) -> [Snippet; 3] {
    let fill = |language, code: &str| Snippet {
        language,
        code: code.replace("URL", url).replace("AGENT", &agent.to_string()).replace("KEY", KEY_VARIABLE),
    };
    [fill("curl", CURL), fill("Python", PYTHON), fill("TypeScript", TYPESCRIPT)]
}

/// What a page takes in to show the public page of an agent.
#[must_use]
pub fn frame(url: &str, name: &str) -> String {
    let name = name.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!("<iframe src=\"{url}\" title=\"{name}\" width=\"400\" height=\"600\" style=\"border: 0\"></iframe>")
}

const CURL: &str = r#"curl --fail-with-body -sS 'URL/v1/chat/completions' \
  -H "Authorization: Bearer $KEY" \
  -H 'Content-Type: application/json' \
  -d '{"model": "AGENT", "messages": [{"role": "user", "content": "Hello"}]}'
"#;

const PYTHON: &str = r#"import json
import os
from urllib.request import Request, urlopen

request = Request(
    "URL/v1/chat/completions",
    headers={
        "Authorization": f"Bearer {os.environ['KEY']}",
        "Content-Type": "application/json",
    },
    data=json.dumps(
        {"model": "AGENT", "messages": [{"role": "user", "content": "Hello"}]}
    ).encode(),
)
with urlopen(request) as response:
    answer = json.load(response)
print(answer["choices"][0]["message"]["content"])
"#;

const TYPESCRIPT: &str = r#"type Answer = { choices: { message: { content: string } }[] };

const response = await fetch("URL/v1/chat/completions", {
  method: "POST",
  headers: {
    Authorization: `Bearer ${process.env.KEY}`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    model: "AGENT",
    messages: [{ role: "user", content: "Hello" }],
  }),
});
if (!response.ok) throw new Error(await response.text());
const answer = (await response.json()) as Answer;
console.log(answer.choices[0]?.message.content);

export {};
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_fill_in() {
        let agent = Uuid::from_u128(7);
        for Snippet { language, code } in all("https://galley.example", agent) {
            assert!(code.contains("https://galley.example/v1/chat/completions"), "{language}");
            assert!(code.contains(&agent.to_string()) && code.contains(KEY_VARIABLE), "{language}");
            assert!(!code.contains("URL") && !code.contains("AGENT"), "{language}");
        }
    }

    #[test]
    fn a_name_stays_inside_its_quotes() {
        let code = frame("https://galley.example/a/x", "\"><script>");
        assert!(code.contains("title=\"&quot;>&lt;script>\""), "{code}");
    }
}
