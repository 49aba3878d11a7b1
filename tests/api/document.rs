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
