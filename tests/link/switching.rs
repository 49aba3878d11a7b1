//! Switching the public link off and on, and what ends with it.

use galley::{
    model::{channel::Channel, session::EndReason},
    server::domain::{channels, grants, releases, sessions},
};

use super::{opened, other_node, talk};
use crate::support::{ModelServer, Step};

both_engines! {
    async fn switching_off_ends_what_is_open_on_every_node(app: TestApp) {
        let ada = app.admin().await;
        let (id, slug) = opened(&app, &ada).await;
        let (path, node, browser) = (format!("/a/{slug}"), other_node(&app), app.browser());
        let (_, token) = talk(&browser, &format!("{path}/messages"), "Hello").await;
        let member = sessions::start(&app.core, &ada.caller, id, false, None).await.unwrap();
        let at = format!("{path}/messages?chat={}", token.unwrap());
        channels::switch(&app.core, &ada.caller, id, Channel::Link, false).await.unwrap();
        for app in [&app, &node] {
            assert_eq!(app.browser().get(&path).await.status, 404);
            assert_eq!(talk(&app.browser(), &at, "And?").await.0.status, 404);
        }
        assert_eq!(app.number("SELECT count(*) FROM sessions WHERE visitor IS NOT NULL AND end_reason = 'channel_off'").await, 1);
        assert_eq!(sessions::get(&app.core, &ada.caller, member.id).await.unwrap().end_reason, None, "a member's goes on");
        // On again, the address is the same and the conversation stays over.
        let shown = channels::switch(&node.core, &ada.caller, id, Channel::Link, true).await.unwrap();
        assert_eq!(shown.link.unwrap().slug, slug);
        assert_eq!(browser.get(&path).await.status, 200);
        let (over, _) = talk(&browser, &at, "And?").await;
        assert_eq!((over.status.as_u16(), over.json()["code"].as_str()), (409, Some("session_ended")));
        assert_eq!(over.json()["detail"], "This conversation has ended.", "why is the workspace's own affair");
    }

    async fn an_answer_that_is_being_written_stops_with_it(app: TestApp) {
        let model = ModelServer::start().await;
        let url = model.url.clone();
        let app = app.with_settings(|settings| {
            settings.answer_timeout_seconds = 60;
            settings.providers.openai_base_url = Some(url);
            settings.providers.openai_models = vec!["m".into()];
        });
        let ada = app.admin().await;
        let config = galley::model::config::Config { model: "openai/m".into(), ..crate::releases::config("Brief.") };
        let id = crate::link::live(&app, &ada, &config).await;
        let slug = crate::link::open(&app, &ada, id, &crate::link::roomy()).await;
        model.next(&[Step::Say("So far"), Step::Hang]);
        let (core, caller) = (app.core.clone(), ada.caller.clone());
        let browser = app.browser();
        let path = format!("/a/{slug}/messages");
        let talking = tokio::spawn(async move { talk(&browser, &path, "Hello").await.0 });
        loop {
            if app.number("SELECT count(*) FROM sessions WHERE answering_until IS NOT NULL").await == 1 {
                let id = app.id("SELECT id FROM sessions").await;
                if let Some(mut reader) = core.engine.reader(id) {
                    let _ = reader.next().await;
                    break;
                }
            }
            tokio::task::yield_now().await;
        }
        channels::switch(&core, &caller, id, Channel::Link, false).await.unwrap();
        let answer = talking.await.unwrap();
        assert!(answer.text.contains("stopped"), "{}", answer.text);
    }

    async fn unpublishing_and_deleting_end_it_and_a_lost_right_of_the_owner_does_not(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(galley::model::account::Role::Member).await;
        let (id, slug) = opened(&app, &ada).await;
        let path = format!("/a/{slug}/messages");
        let (_, token) = talk(&app.browser(), &path, "Hello").await;
        let at = format!("{path}?chat={}", token.unwrap());
        // The agent goes to somebody else; visitors belong to no member.
        grants::give(&app.core, &ada.caller, id, bob.caller.account).await.unwrap();
        let none = galley::model::grants::NewGrants { everyone: false, people: vec![] };
        grants::set(&app.core, &bob.caller, id, &none).await.unwrap();
        assert_eq!(talk(&app.browser(), &at, "Hello").await.0.status, 200);
        releases::unpublish(&app.core, &bob.caller, id).await.unwrap();
        assert_eq!(talk(&app.browser(), &at, "Hello").await.0.status, 404);
        let ended = format!("SELECT count(*) FROM sessions WHERE end_reason = '{}'", EndReason::Unpublished.as_str());
        assert_eq!(app.number(ended.leak()).await, 1);
        // Published again, the switch is as it was left.
        crate::releases::save(&app, &bob, id, 1, &crate::releases::config("Next.")).await;
        crate::releases::publish(&app, &bob, id).await;
        assert_eq!(talk(&app.browser(), &path, "Hello").await.0.status, 200);
    }
}
