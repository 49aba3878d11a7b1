//! What the OpenAPI document says of each operation: its address, its scopes, and every place in which it takes an id.

use std::collections::BTreeSet;

use galley::model::api_key::Scope;
use serde_json::Value;

/// Parameters of the query that name nothing; every other one needs a row.
const PLAIN_PARAMETERS: [&str; 13] =
    ["act", "at", "cursor", "format", "from", "limit", "q", "show", "sort", "status", "tag", "to", "wait"];

/// Parts of an address that are words of a fixed list.
const PLAIN_PARTS: [&str; 1] = ["channel"];

/// Headers that name nothing.
const PLAIN_HEADERS: [&str; 2] = ["Idempotency-Key", "If-Match"];

/// One operation.
pub struct Operation {
    pub name: String,
    pub method: String,
    pub path: String,
    /// The scopes of which a key needs one.
    pub scopes: Vec<Scope>,
    /// Each place of an id: `path id`, `query agent`, `body people[].account_id`.
    pub places: BTreeSet<String>,
}

impl Operation {
    /// Whether it changes nothing.
    pub fn reads(&self) -> bool {
        self.method == "GET"
    }

    /// Whether only the scope `admin` opens it.
    pub fn is_for_admins(&self) -> bool {
        self.scopes == [Scope::Admin]
    }
}

/// Every operation of the document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scopes = operation["x-galley-scopes"].as_array().unwrap().iter();
            all.push(Operation {
                name: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                scopes: scopes.map(|scope| Scope::parse(scope.as_str().unwrap()).unwrap()).collect(),
                places: places(document, path, operation),
            });
        }
    }
    all
}

fn places(document: &Value, path: &str, operation: &Value) -> BTreeSet<String> {
    // From the address itself, which cannot leave one out.
    let names = path.split(['{', '}']).skip(1).step_by(2);
    let mut found: BTreeSet<String> =
        names.filter(|name| !PLAIN_PARTS.contains(name)).map(|name| format!("path {name}")).collect();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (kind, name) = (parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap());
        let plain = match kind {
            "query" => PLAIN_PARAMETERS.contains(&name) && !is_uuid(&parameter["schema"]),
            "header" => PLAIN_HEADERS.contains(&name),
            "path" => PLAIN_PARTS.contains(&name),
            _ => false,
        };
        if !plain {
            found.insert(format!("{kind} {name}"));
        }
    }
    for content in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        fields(document, &content.1["schema"], "", &mut BTreeSet::new(), &mut found);
    }
    found
}

/// Every field of a body that takes an id: by its format, or by its name where its text may be a name too.
fn fields<'a>(
    document: &'a Value,
    schema: &'a Value,
    at: &str,
    inside: &mut BTreeSet<&'a str>,
    found: &mut BTreeSet<String>,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        // A type may contain itself; once around finds all of it.
        if inside.insert(reference) {
            fields(document, document.pointer(&reference[1..]).unwrap(), at, inside, found);
            inside.remove(reference);
        }
    }
    if is_uuid(schema) || is_named_like_an_id(at) {
        found.insert(format!("body {at}"));
    }
    for choice in ["allOf", "anyOf", "oneOf"] {
        for part in schema[choice].as_array().into_iter().flatten() {
            fields(document, part, at, inside, found);
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        fields(document, field, &at, inside, found);
    }
    if schema["items"].is_object() {
        fields(document, &schema["items"], &format!("{at}[]"), inside, found);
    }
    if schema["additionalProperties"].is_object() {
        fields(document, &schema["additionalProperties"], &format!("{at}{{}}"), inside, found);
    }
}

fn is_uuid(schema: &Value) -> bool {
    schema["format"] == "uuid"
}

/// The `id` of an item of a list in a config is that item's own, and names nothing outside it.
fn is_named_like_an_id(at: &str) -> bool {
    let name = at.rsplit('.').next().unwrap_or(at);
    (name == "id" && !at.ends_with("[].id")) || name.ends_with("_id") || name == "version"
}

#[test]
fn every_place_of_an_id_is_found() {
    let document = serde_json::json!({
        "paths": { "/things/{id}/parts/{part}": { "post": {
            "operationId": "x", "x-galley-scopes": ["chat"],
            "parameters": [
                { "in": "path", "name": "id", "schema": { "type": "string" } },
                { "in": "query", "name": "q", "schema": { "type": "string" } },
                { "in": "query", "name": "near", "schema": { "type": "string" } },
                { "in": "query", "name": "tag", "schema": { "type": "string", "format": "uuid" } },
            ],
            "requestBody": { "content": { "application/json": { "schema": { "oneOf": [{ "$ref": "#/T" }, { "type": "null" }] } } } },
        } } },
        "T": { "properties": {
            "to": { "type": ["string", "null"], "format": "uuid" },
            "version_id": { "oneOf": [{ "type": "string" }, { "type": "null" }] },
            "children": { "type": "array", "items": { "$ref": "#/T" } },
            "by_name": { "additionalProperties": { "type": "string", "format": "uuid" } },
            "list": { "type": "array", "items": { "properties": { "id": { "type": "string" }, "who": { "format": "uuid" } } } },
            "text": { "type": "string" },
        } },
    });
    let found: Vec<_> = operations(&document)[0].places.iter().cloned().collect();
    let expected = [
        "body by_name{}",
        "body list[].who",
        "body to",
        "body version_id",
        "path id",
        "path part",
        "query near",
        "query tag",
    ];
    assert_eq!(found, expected);
}
