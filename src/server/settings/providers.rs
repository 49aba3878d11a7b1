//! Model providers that the operator sets up for every workspace.
//!
//! To add a provider: its fields in both structs, and what the engine makes of them.

use clap::Args;

use super::{
    ProviderSettings,
    values::{self, Words},
};

/// Model providers as the operator gave them.
#[derive(Args, Clone)]
#[command(next_help_heading = "Model providers (an admin may add others on the settings page)")]
pub struct ProviderOptions {
    /// The key for OpenAI, or for what speaks its API at the base URL.
    #[arg(long, env = "GALLEY_OPENAI_API_KEY", value_name = "KEY", global = true, hide_env_values = true)]
    pub openai_api_key: Option<String>,

    /// Another address that speaks OpenAI's API, such as `http://127.0.0.1:11434/v1` for Ollama; a key may then be
    /// left out.
    #[arg(long, env = "GALLEY_OPENAI_BASE_URL", value_name = "URL")]
    #[arg(value_parser = values::base_url, global = true, hide_env_values = true)]
    pub openai_base_url: Option<String>,

    /// The models to offer, with commas between them.
    #[arg(long, env = "GALLEY_OPENAI_MODELS", value_name = "MODELS", default_value = "", hide_default_value = true)]
    #[arg(value_parser = values::words, global = true, hide_env_values = true)]
    pub openai_models: Words,

    /// The key for Anthropic.
    #[arg(long, env = "GALLEY_ANTHROPIC_API_KEY", value_name = "KEY", global = true, hide_env_values = true)]
    pub anthropic_api_key: Option<String>,

    /// The models to offer, with commas between them.
    #[arg(long, env = "GALLEY_ANTHROPIC_MODELS", value_name = "MODELS", default_value = "", hide_default_value = true)]
    #[arg(value_parser = values::words, global = true, hide_env_values = true)]
    pub anthropic_models: Words,

    /// The key for Gemini.
    #[arg(long, env = "GALLEY_GEMINI_API_KEY", value_name = "KEY", global = true, hide_env_values = true)]
    pub gemini_api_key: Option<String>,

    /// The models to offer, with commas between them.
    #[arg(long, env = "GALLEY_GEMINI_MODELS", value_name = "MODELS", default_value = "", hide_default_value = true)]
    #[arg(value_parser = values::words, global = true, hide_env_values = true)]
    pub gemini_models: Words,
}

impl ProviderOptions {
    /// What the engine works with; an empty text counts as not set.
    #[must_use]
    pub fn settings(&self) -> ProviderSettings {
        let set =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        ProviderSettings {
            openai_api_key: set(&self.openai_api_key),
            openai_base_url: set(&self.openai_base_url),
            openai_models: self.openai_models.0.clone(),
            anthropic_api_key: set(&self.anthropic_api_key),
            anthropic_models: self.anthropic_models.0.clone(),
            gemini_api_key: set(&self.gemini_api_key),
            gemini_models: self.gemini_models.0.clone(),
        }
    }
}

impl std::fmt::Debug for ProviderOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderOptions(…)")
    }
}
