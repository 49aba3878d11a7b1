//! Who may switch what, and what switching needs.

use galley::{
    model::{
        account::Role,
        agent::Right,
        channel::Channel,
        error::{Code, Error},
        grants::{NewGrant, NewGrants},
    },
    server::domain::{channels, grants, links},
};

use super::{greeting, live, opened, roomy};
use crate::{releases::agent, support::Person};

fn code<T: std::fmt::Debug>(outcome: galley::server::failure::Outcome<T>) -> Code {
    outcome.unwrap_err().public.code
}

both_engines! {
    async fn a_link_needs_something_live_and_only_then_gets_an_address(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "Never published.").await;
        let refused = channels::switch(&app.core, &ada.caller, id, Channel::Link, true).await;
        assert_eq!(code(refused), Code::NoPublishedVersion);
        let shown = channels::list(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!((shown.link, shown.live_version), (None, None));
        assert_eq!(app.number("SELECT count(*) FROM links").await, 0);
        crate::releases::publish(&app, &ada, id).await;
        let shown = channels::switch(&app.core, &ada.caller, id, Channel::Link, true).await.unwrap();
        let link = shown.link.unwrap();
        assert_eq!(shown.live_version, Some(1));
        assert!(app.browser().get(&link.url).await.status.is_success(), "{}", link.url);
        // Again: nothing happens.
        let audit = app.number("SELECT count(*) FROM audit WHERE act = 'channel.on'").await;
        let again = channels::switch(&app.core, &ada.caller, id, Channel::Link, true).await.unwrap();
        assert_eq!(again.link.unwrap(), link);
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'channel.on'").await, audit);
        // Coworker is always on.
        assert_eq!(code(channels::switch(&app.core, &ada.caller, id, Channel::Coworker, false).await), Code::ValidationFailed);
        assert_eq!(code(channels::switch(&app.core, &ada.caller, id, Channel::Preview, false).await), Code::ValidationFailed);
    }

    async fn an_editor_shuts_and_only_the_owner_opens(app: TestApp) {
        let ada = app.admin().await;
        let [editor, user, other] = [app.member(Role::Member).await, app.member(Role::Member).await, app.member(Role::Member).await];
        let eve = app.stranger().await;
        let (id, _) = opened(&app, &ada).await;
        let give = |person: &Person, right| NewGrant { account_id: person.caller.account, right };
        let people = vec![give(&editor, Right::Editor), give(&user, Right::User)];
        grants::set(&app.core, &ada.caller, id, &NewGrants { everyone: false, people }).await.unwrap();
        let core = &app.core;
        channels::switch(core, &editor.caller, id, Channel::Link, false).await.unwrap();
        assert_eq!(code(channels::switch(core, &editor.caller, id, Channel::Link, true).await), Code::Forbidden);
        assert_eq!(code(links::set(core, &editor.caller, id, &roomy()).await), Code::Forbidden);
        channels::switch(core, &editor.caller, id, Channel::Api, false).await.unwrap();
        channels::switch(core, &editor.caller, id, Channel::Api, true).await.unwrap();
        for (person, expected) in [(&user, Code::Forbidden), (&other, Code::NotFound), (&eve, Code::NotFound)] {
            for refused in [
                channels::list(core, &person.caller, id).await.map(drop),
                channels::switch(core, &person.caller, id, Channel::Link, true).await.map(drop),
                channels::switch(core, &person.caller, id, Channel::Api, false).await.map(drop),
                channels::test(core, &person.caller, id, Channel::Coworker, "Hello").await.map(drop),
                links::set(core, &person.caller, id, &roomy()).await.map(drop),
            ] {
                let error = refused.unwrap_err().public;
                assert_eq!(error.code, expected);
                if expected == Code::NotFound {
                    assert_eq!(error, Error::not_found());
                }
            }
        }
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE act IN ('channel.on', 'channel.off')").await, 4);
    }

    async fn a_test_runs_on_each_way_in_and_leaves_no_conversation_behind(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let core = &app.core;
        assert_eq!(code(channels::test(core, &ada.caller, id, Channel::Link, "Hello").await), Code::ChannelOff);
        channels::switch(core, &ada.caller, id, Channel::Link, true).await.unwrap();
        let never = channels::list(core, &ada.caller, id).await.unwrap();
        assert!(never.channels.iter().all(|card| card.last_message_at.is_none()));
        for channel in Channel::SHOWN {
            let tested = channels::test(core, &ada.caller, id, channel, "Hello").await.unwrap();
            let receipt = tested.message.receipt.unwrap();
            assert_eq!((tested.channel, receipt.version), (channel, Some(1)));
            let shown = channels::list(core, &ada.caller, id).await.unwrap();
            let card = shown.channels.iter().find(|card| card.channel == channel).unwrap();
            assert_eq!(card.last_message_at, Some(app.clock().now()), "{channel:?}");
        }
        let listed = galley::server::domain::sessions::list(core, &ada.caller, None, None, 20).await.unwrap();
        assert!(listed.data.is_empty());
        assert_eq!(app.number("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 0);
        assert_eq!(code(channels::test(core, &ada.caller, id, Channel::Preview, "Hello").await), Code::ValidationFailed);
        channels::switch(core, &ada.caller, id, Channel::Api, false).await.unwrap();
        assert_eq!(code(channels::test(core, &ada.caller, id, Channel::Api, "Hello").await), Code::ChannelOff);
        channels::test(core, &ada.caller, id, Channel::Coworker, "Hello").await.unwrap();
    }

    async fn skills_that_wait_for_a_person_are_named(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let skills = serde_json::json!([
            { "id": "a", "name": "Refund", "kind": "http", "method": "POST", "url": "https://shop.example/refund", "needs_confirmation": true },
            { "id": "b", "name": "Look up", "kind": "http", "method": "GET", "url": "https://shop.example/orders" },
        ]);
        let mut value = greeting("Hi.").to_full_value();
        value["skills"] = skills;
        let config = galley::model::config::Config::from_value(value).unwrap();
        crate::releases::save(&app, &ada, id, 1, &config).await;
        let named = async || channels::list(&app.core, &ada.caller, id).await.unwrap().off_for_visitors;
        assert_eq!(named().await, Vec::<String>::new(), "the draft's are no affair of visitors yet");
        crate::releases::publish(&app, &ada, id).await;
        assert_eq!(named().await, ["Refund"]);
    }
}
