//! The limits of a config.
//!
//! A limit may grow later; stored configs are read without checking them.

/// Longest name of an agent or of an item, in characters.
pub const MAX_NAME: usize = 80;
/// Longest description of an agent, in characters.
pub const MAX_DESCRIPTION: usize = 500;
/// Longest icon, in bytes.
pub const MAX_ICON_BYTES: usize = 16;
/// Longest instructions, in characters.
pub const MAX_INSTRUCTIONS: usize = 40_000;
/// Longest name of a model, in characters.
pub const MAX_MODEL: usize = 200;
/// Longest greeting, in characters.
pub const MAX_GREETING: usize = 4_000;
/// Most prompt bubbles.
pub const MAX_PROMPT_BUBBLES: usize = 20;
/// Longest prompt bubble, in characters.
pub const MAX_PROMPT_BUBBLE: usize = 255;
/// Longest tone, goal, never-do, step, phrase of a guardrail or similar, in characters.
pub const MAX_SENTENCE: usize = 1_000;
/// Most goals, never-dos, steps, headers, sent fields of one owner.
pub const MAX_SENTENCES: usize = 50;
/// Most skills, guardrails, playbooks, input fields.
pub const MAX_ITEMS: usize = 50;
/// Most documents.
pub const MAX_KNOWLEDGE: usize = 500;
/// Most phrases, topics or options of one item.
pub const MAX_PHRASES: usize = 200;
/// Longest description of a skill, or text of a disclaimer, in characters.
pub const MAX_ITEM_TEXT: usize = 2_000;
/// Longest address, in characters.
pub const MAX_URL: usize = 2_000;
/// Longest id of an item, key of an input field, or name of a secret, in characters.
pub const MAX_ID: usize = 64;
/// Deepest nesting of a JSON schema.
pub const MAX_JSON_DEPTH: usize = 32;
/// Largest document, in bytes.
pub const MAX_DOCUMENT_BYTES: u64 = 1 << 30;
/// Largest canonical form of a whole config, in bytes.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// Most errors that one answer names; a body that is wrong throughout is not answered with a larger one.
pub const MAX_ERRORS: usize = 100;
