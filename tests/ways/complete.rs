//! The table has a row for whatever answers people.

use galley::{model::channel::Channel, server::dialects};

use super::Way;

/// The ways that stand for an operation of the API that takes the scope `chat` and changes something; none for what
/// begins no answer.
fn ways_of_operation(operation: &str) -> Option<&'static [Way]> {
    Some(match operation {
        "start_session" | "send_message" => {
            &[Way::Coworker, Way::CoworkerStream, Way::CoworkerForm, Way::Key, Way::AgentKey]
        }
        "start_run" => &[Way::Run],
        // On what a conversation or a run is pinned to already.
        // Nobody is answered; an editor's try of a way has that way's row.
        "retry_answer" | "stop_answer" | "end_session" | "delete_session" | "rename_session" | "cancel_run"
        | "add_favourite" | "remove_favourite" | "test_channel" => &[],
        _ => return None,
    })
}

/// The ways that a card of the builder stands for.
fn ways_of_channel(channel: Channel) -> &'static [Way] {
    match channel {
        Channel::Coworker => &[Way::Coworker, Way::CoworkerStream],
        Channel::Api => &[Way::Key, Way::AgentKey],
        Channel::Link => &[Way::Link, Way::LinkForm],
        // It never serves what is live.
        Channel::Preview => &[],
    }
}

/// The ways through a dialect.
fn ways_of_dialect(place: &str) -> Option<&'static [Way]> {
    Some(match place {
        "/agent/v1" => &[Way::AgentV1],
        "/api/public/agent/v1" => &[Way::PublicAgentV1Stream],
        "/v1" => &[Way::OpenAi, Way::OpenAiStream],
        // Releases; nobody talks there.
        "/api/useragents" => &[],
        _ => return None,
    })
}

both_engines! {
    async fn whatever_answers_people_has_a_row(app: TestApp) {
        let document = app.browser().get("/api/openapi.json").await.json();
        let mut met = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                let chats = operation["x-galley-scopes"].as_array().unwrap().iter().any(|scope| scope == "chat");
                if chats && method != "get" {
                    let ways = ways_of_operation(name);
                    met.extend(ways.unwrap_or_else(|| panic!("{name}, {method} {path}, has no row in tests/ways")));
                }
            }
        }
        for (place, _) in dialects::PLACES {
            met.extend(ways_of_dialect(place).unwrap_or_else(|| panic!("{place} has no row in tests/ways")));
        }
        for channel in Channel::SHOWN {
            met.extend(ways_of_channel(channel));
        }
        for way in Way::ALL {
            assert!(met.contains(&way), "{way:?} stands for nothing that is there");
        }
    }
}
