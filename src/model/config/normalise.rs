//! The one form in which text and numbers are stored, whatever a browser or a program sent.

use serde_json::{Number, Value};

use super::{Config, GuardrailRule};

/// See [`Config::normalise`].
pub(super) fn config(config: &mut Config) {
    for text in [&mut config.name, &mut config.icon, &mut config.model] {
        *text = text.trim().to_owned();
    }
    for text in [&mut config.name, &mut config.description, &mut config.instructions, &mut config.greeting] {
        line_ends(text);
    }
    line_ends(&mut config.persona.tone);
    config.prompt_bubbles.iter_mut().for_each(line_ends);
    config.persona.goals.iter_mut().chain(&mut config.persona.never_do).for_each(line_ends);
    for skill in &mut config.skills {
        line_ends(&mut skill.description);
        if let Some(parameters) = &mut skill.parameters {
            plain_numbers(parameters);
        }
    }
    for guardrail in &mut config.guardrails {
        if let GuardrailRule::RequiredDisclaimer { text } = &mut guardrail.rule {
            line_ends(text);
        }
    }
    for playbook in &mut config.playbooks {
        line_ends(&mut playbook.when);
        playbook.steps.iter_mut().for_each(line_ends);
    }
    if let Some(schema) = &mut config.output_schema {
        plain_numbers(schema);
    }
}

fn line_ends(text: &mut String) {
    if text.contains('\r') {
        *text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
}

/// `1.0` and `-0.0` become `1` and `0`: the canonical form writes them so, and what is stored must equal what was saved.
fn plain_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64().filter(|f| number.is_f64() && f.fract() == 0.0)
                && float.abs() < MAX_EXACT
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
                let whole = float as i64;
                *number = Number::from(whole);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(plain_numbers),
        Value::Object(map) => map.values_mut().for_each(plain_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Every whole number below this is exact as a 64-bit float, which is how canonical JSON sees numbers: 2^53.
pub(super) const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_normalised_on_the_way_in_and_nothing_else_changes() {
        let config = Config::from_value(json!({
            "name": "  Ada ",
            "instructions": "a\r\nb\rc {{ x }} ${ y } <% z %>\n",
            "output_schema": {"maximum": 1.0, "minimum": -0.0, "multipleOf": 0.5, "title": "a\r\nb"},
        }))
        .unwrap();
        assert_eq!(config.name, "Ada");
        assert_eq!(config.instructions, "a\nb\nc {{ x }} ${ y } <% z %>\n");
        assert_eq!(
            config.output_schema,
            Some(json!({"maximum": 1, "minimum": 0, "multipleOf": 0.5, "title": "a\r\nb"}))
        );
    }
}
