//! Config bodies on their way to and from the store, and the schemas inside them.

use uuid::Uuid;

use crate::{
    model::{
        config::{Config, ConfigHash},
        error::FieldError,
    },
    server::{
        failure::{Failure, Outcome},
        store::{configs, db::Tx},
    },
};

/// Every field at fault.
#[must_use]
pub fn errors(config: &Config) -> Vec<FieldError> {
    let mut errors = config.validate();
    let mut schema = |field: String, value: &serde_json::Value| {
        if let Err(error) = jsonschema::meta::validate(value) {
            errors.push(FieldError { field, message: format!("not a JSON Schema: {error}") });
        }
    };
    if let Some(output) = &config.output_schema {
        schema("output_schema".into(), output);
    }
    for (index, skill) in config.skills.iter().enumerate() {
        if let Some(parameters) = &skill.parameters {
            schema(format!("skills[{index}].parameters"), parameters);
        }
    }
    errors
}

/// Keeps a config and gives its hash.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx<'_>, workspace: Uuid, config: &Config) -> Outcome<ConfigHash> {
    let hash = config.hash();
    configs::put(tx, workspace, &hash, &config.canonical()).await?;
    Ok(hash)
}

/// The config under a hash that some row names.
///
/// # Errors
/// When the database fails, or holds no such body.
pub async fn get(tx: &mut Tx<'_>, workspace: Uuid, hash: &ConfigHash) -> Outcome<Config> {
    let Some(body) = configs::get(tx, workspace, hash).await? else {
        return Err(Failure::internal(format!("config {hash} is missing")));
    };
    Config::from_canonical(&body)
        .map_err(|errors| Failure::internal(format!("config {hash} cannot be read: {errors:?}")))
}
