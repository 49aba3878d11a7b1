//! Items that come in kinds (skills, guardrails), in the document.
//!
//! In Rust the fields of the kind are an enum flattened into the item, and the document made from that says "all of the enum
//! and of the other fields", which makers of clients cannot follow. Here it becomes what it means: one closed object for
//! each kind, told apart by `kind`. An item that is built the same way is written out without a word here.

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";

/// Writes the items out, kind by kind.
pub fn write_out(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in names {
        let Some((flattened, kinds)) = kinds(schemas, &name) else { continue };
        schemas.remove(&flattened);
        let (mut one_of, mut mapping) = (Vec::new(), Map::new());
        for (word, object) in kinds {
            let kind = camel_case(&word) + &name;
            let address = format!("{SCHEMAS}{kind}");
            one_of.push(json!({ "$ref": address }));
            mapping.insert(word, address.into());
            schemas.insert(kind, object);
        }
        if let Some(item) = schemas.get_mut(&name).and_then(Value::as_object_mut) {
            item.remove("allOf");
            item.insert("oneOf".to_owned(), one_of.into());
            item.insert("discriminator".to_owned(), json!({ "propertyName": "kind", "mapping": mapping }));
        }
    }
}

/// The name of the enum that was flattened into an item, and for each of its kinds the word and the whole object.
fn kinds(schemas: &Map<String, Value>, name: &str) -> Option<(String, Vec<(String, Value)>)> {
    let [flattened, common] = schemas.get(name)?.get("allOf")?.as_array()?.as_slice() else { return None };
    let flattened = flattened.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)?;
    let kinds = schemas.get(flattened)?.get("oneOf")?.as_array()?;
    let kinds = kinds.iter().map(|kind| whole(kind, common)).collect::<Option<_>>()?;
    Some((flattened.to_owned(), kinds))
}

fn whole(kind: &Value, common: &Value) -> Option<(String, Value)> {
    let word = kind.pointer("/properties/kind/enum/0")?.as_str()?;
    let mut object = kind.as_object()?.clone();
    object.get_mut("properties")?.as_object_mut()?.extend(common.get("properties")?.as_object()?.clone());
    object.get_mut("required")?.as_array_mut()?.extend(common.get("required")?.as_array()?.iter().cloned());
    object.insert("additionalProperties".to_owned(), false.into());
    Some((word.to_owned(), object.into()))
}

/// `PiiRedaction` for `pii_redaction`.
fn camel_case(word: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    word.split('_').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_an_object_of_its_own() {
        let mut document = json!({ "components": { "schemas": {
            "Pet": { "description": "A pet.", "allOf": [
                { "$ref": "#/components/schemas/PetKind" },
                { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            ] },
            "PetKind": { "oneOf": [{
                "type": "object", "required": ["wool", "kind"],
                "properties": { "wool": { "type": "integer" }, "kind": { "type": "string", "enum": ["black_sheep"] } },
            }] },
            "Plain": { "allOf": [{ "$ref": "#/components/schemas/Other" }, { "type": "object" }] },
            "Other": { "type": "object" },
        } } });
        let plain = document["components"]["schemas"]["Plain"].clone();
        write_out(&mut document);
        let schemas = &document["components"]["schemas"];
        let address = "#/components/schemas/BlackSheepPet";
        assert_eq!(
            schemas["Pet"],
            json!({
                "description": "A pet.", "oneOf": [{ "$ref": address }],
                "discriminator": { "propertyName": "kind", "mapping": { "black_sheep": address } },
            })
        );
        let sheep = &schemas["BlackSheepPet"];
        assert_eq!(
            (&sheep["required"], &sheep["additionalProperties"]),
            (&json!(["wool", "kind", "name"]), &json!(false))
        );
        assert_eq!(sheep["properties"].as_object().unwrap().len(), 3);
        assert!(schemas.get("PetKind").is_none());
        assert_eq!(schemas["Plain"], plain);
    }
}
