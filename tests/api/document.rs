//! The OpenAPI document and the pages that show it.

use serde_json::Value;

/// Every `$ref` in the document.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

both_engines! {
    async fn the_document_is_whole(app: TestApp) {
        let answer = app.browser().get("/api/openapi.json").await;
        assert_eq!(answer.status, 200);
        let document = answer.json();
        assert_eq!(document["openapi"], "3.1.0");
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 100);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        let mut ids = std::collections::BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(ids.insert(id.to_owned()), "two operations are called {id}");
                assert!(operation["summary"].is_string(), "{method} {path} says nothing of itself");
                assert!(operation["security"].is_array() && operation["x-galley-scopes"].is_array(), "{method} {path}");
                let responses = operation["responses"].as_object().unwrap();
                assert!(responses.contains_key("401"), "{method} {path}");
                for (status, response) in responses {
                    let said = response["description"].as_str().unwrap_or_default();
                    assert!(!said.is_empty(), "{method} {path} says nothing of {status}");
                }
            }
        }
    }

    async fn it_says_what_can_happen_and_no_more(app: TestApp) {
        let document = app.browser().get("/api/openapi.json").await.json();
        let mut operations = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                operations += 1;
                let name = format!("{method} {path}");
                let responses = operation["responses"].as_object().unwrap();
                let body = operation.get("requestBody");
                for status in ["400", "413", "415"] {
                    assert_eq!(responses.contains_key(status), body.is_some(), "{name}: {status}");
                }
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let query = parameters.iter().any(|parameter| parameter["in"] == "query");
                // The owner of an agent keeps their right, and to take it away the path alone says all.
                let refuses_a_path = name == "delete /agents/{id}/grants/{account_id}";
                assert_eq!(responses.contains_key("422"), body.is_some() || query || refuses_a_path, "{name}: 422");
                for schema in parameters.iter().map(|parameter| &parameter["schema"]) {
                    assert!(!schema.to_string().contains("null"), "{name} would take null: {schema}");
                }
                for content in body.iter().flat_map(|body| body["content"].as_object().unwrap().values()) {
                    assert!(content["schema"]["$ref"].is_string(), "{name} takes {content}");
                }
            }
        }
        assert!(operations > 50);
    }

    /// What makes clients out of the document cannot follow a flattened enum.
    async fn its_types_can_be_made_in_other_languages(app: TestApp) {
        let document = app.browser().get("/api/openapi.json").await.json();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for (item, kinds) in [("Skill", 3), ("Guardrail", 6)] {
            let one_of = schemas[item]["oneOf"].as_array().unwrap();
            assert_eq!(one_of.len(), kinds);
            for reference in one_of {
                let pointer = reference["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
                let kind = document.pointer(pointer).unwrap();
                assert!(kind["properties"]["id"].is_object() && kind["properties"]["kind"].is_object(), "{kind}");
                assert_eq!(kind["additionalProperties"], false);
            }
        }
        for field in ["name", "instructions"] {
            assert!(schemas["NewAgent"]["required"].as_array().unwrap().contains(&field.into()), "{field}");
        }
        let patch = &schemas["DraftPatch"]["properties"];
        for (field, schema) in patch.as_object().unwrap() {
            assert!(schema.to_string().contains("null"), "null takes {field} back to its default: {schema}");
        }
        assert_eq!(patch.as_object().unwrap().len(), schemas["Config"]["properties"].as_object().unwrap().len() + 1);
    }

    async fn the_docs_need_nothing_from_elsewhere(app: TestApp) {
        let browser = app.browser();
        let page = browser.get("/api/docs/").await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{}", page.text);
        for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"] {
            assert_eq!(browser.get(&format!("/api/docs/{file}")).await.status, 200, "{file}");
        }
        assert_eq!(browser.get("/api/docs/nothing.js").await.status, 404);
    }
}
