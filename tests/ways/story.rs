//! A save changes nothing; a publish and a roll back change the next conversation and none that is open; an unpublish
//! leaves each way with a clear word.

use futures_util::future::join_all;
use galley::{
    model::{channel::Channel, release::ReleaseName},
    server::domain::{channels, releases},
};

use super::{Said, Way, World, instructions, text};
use crate::{
    releases::{publish, released, save},
    runs::other_node,
    support::TestApp,
};

/// How many texts the story has.
const TEXTS: usize = 3;

/// Fails unless exactly this text answered.
#[track_caller]
fn answered_by(number: usize, way: Way, when: &str, said: &Said) {
    assert!(matches!(said.status, 200 | 201), "{way:?} {when}: {said:?}");
    for other in 1..=TEXTS {
        let there = joined(&said.text).contains(&joined(&instructions(other)));
        assert_eq!(there, other == number, "{way:?} {when}: text {other} in {}", said.text);
    }
}

/// Without what stands between the pieces of a stream: only letters and digits count.
fn joined(text: &str) -> String {
    let words: String = text
        .lines()
        .map(|line| {
            let data = line.strip_prefix("data: ").unwrap_or(line);
            let event = serde_json::from_str::<serde_json::Value>(data).unwrap_or_default();
            let piece = event["delta"].as_str().or(event["choices"][0]["delta"]["content"].as_str());
            piece.map_or_else(|| line.to_owned(), str::to_owned)
        })
        .collect();
    words.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Goes on in the open conversations, each of which keeps its text.
async fn all_keep(world: &World, when: &str, open: &[(Way, String, usize)]) {
    let asked = open.iter().map(|(way, conversation, _)| way.ask(world, Some(conversation)));
    for (said, (way, _, number)) in join_all(asked).await.iter().zip(open) {
        answered_by(*number, *way, when, said);
    }
}

/// Begins anew on every way, and keeps the conversations that this opens.
async fn all_begin(world: &World, when: &str, number: usize, open: &mut Vec<(Way, String, usize)>) {
    for (way, said) in Way::ALL.into_iter().zip(join_all(Way::ALL.map(|way| way.ask(world, None))).await) {
        answered_by(number, way, when, &said);
        assert_eq!(said.open.is_some(), way.has_conversations(), "{way:?}");
        open.extend(said.open.map(|conversation| (way, conversation, number)));
    }
}

async fn none_begin(world: &World, when: &str) {
    for way in Way::ALL {
        let said = way.ask(world, None).await;
        let (status, words) = way.unavailable();
        assert_eq!(said.status, status, "{way:?} {when}: {}", said.text);
        assert!(said.text.contains(words), "{way:?} {when}: {}", said.text);
        assert!(
            (1..=TEXTS).all(|number| !joined(&said.text).contains(&joined(&instructions(number)))),
            "{way:?} {when}"
        );
    }
}

/// The whole story; `act` is the node on which the author works, `world` where everybody else asks.
async fn story(author: &TestApp, world: &World) {
    let (owner, agent) = (&world.owner, world.agent);
    none_begin(world, "before the first release").await;
    released(publish(author, owner, agent).await);
    channels::switch(&author.core, &owner.caller, agent, Channel::Link, true).await.unwrap();
    let mut open = Vec::new();
    all_begin(world, "after v1", 1, &mut open).await;

    save(author, owner, agent, 1, &text(2)).await;
    all_begin(world, "after a save", 1, &mut open).await;
    all_keep(world, "after a save", &open).await;

    let v2 = released(publish(author, owner, agent).await);
    all_keep(world, "after v2", &open).await;
    all_begin(world, "after v2", 2, &mut open).await;

    save(author, owner, agent, 2, &text(3)).await;
    releases::roll_back(&author.core, &owner.caller, agent, ReleaseName::Version(1), "", false).await.unwrap();
    all_keep(world, "after the roll back", &open).await;
    all_begin(world, "after the roll back", 1, &mut open).await;

    // Forth again, and the conversations on other releases end, as was asked for.
    releases::roll_back(&author.core, &owner.caller, agent, v2.id, "", true).await.unwrap();
    let (ended, kept): (Vec<_>, Vec<_>) = open.drain(..).partition(|(.., number)| *number == 1);
    all_keep(world, "after going forth", &kept).await;
    for (way, conversation, _) in &ended {
        let said = way.ask(world, Some(conversation)).await;
        assert_eq!(said.status, 409, "{way:?}: {said:?}");
        assert!(said.text.contains("session_ended"), "{way:?}: {}", said.text);
    }

    releases::unpublish(&author.core, &owner.caller, agent).await.unwrap();
    none_begin(world, "after the unpublish").await;
    for (way, conversation, _) in &kept {
        let said = way.ask(world, Some(conversation)).await;
        let (status, words) = way.ended();
        assert_eq!(said.status, status, "{way:?}: {said:?}");
        assert!(said.text.contains(words), "{way:?}: {}", said.text);
    }
}

both_engines! {
    async fn each_way_serves_what_is_live_and_nothing_else(app: TestApp) {
        story(&app, &World::new(&app).await).await;
    }

    async fn each_way_obeys_another_node_on_the_next_request(app: TestApp) {
        let node = app.over(other_node(&app));
        let world = World::new(&app).await.on(&node);
        story(&app, &world).await;
    }

    async fn a_right_that_is_taken_on_another_node_holds_on_the_next_request(app: TestApp) {
        let node = app.over(other_node(&app));
        let world = World::new(&app).await.on(&node);
        released(publish(&app, &world.owner, world.agent).await);
        let by_right =
            [Way::Coworker, Way::CoworkerStream, Way::CoworkerForm, Way::Key, Way::Run, Way::AgentV1, Way::OpenAi];
        let mut open = Vec::new();
        for way in by_right {
            let said = way.ask(&world, None).await;
            answered_by(1, way, "while it is shared", &said);
            open.extend(said.open.map(|conversation| (way, conversation)));
        }
        let share = async |on| {
            galley::server::domain::grants::set_everyone(&app.core, &world.owner.caller, world.agent, on).await.unwrap();
        };
        share(false).await;
        for way in by_right {
            let said = way.ask(&world, None).await;
            assert!(matches!(said.status, 403 | 404), "{way:?}: {said:?}");
        }
        for (way, conversation) in &open {
            let said = way.ask(&world, Some(conversation)).await;
            assert!(said.status == 409 && said.text.contains("session_ended"), "{way:?}: {said:?}");
        }
        // The agent's own key is its owner's, who has not lost it.
        answered_by(1, Way::AgentKey, "by its owner's key", &Way::AgentKey.ask(&world, None).await);
        share(true).await;
        for way in by_right {
            answered_by(1, way, "shared again", &way.ask(&world, None).await);
        }
    }
}
