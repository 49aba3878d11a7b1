//! Conversations with a chosen revision, the list of one's own, and removing one.

use std::time::Duration;

use galley::{
    model::{
        account::Role,
        coworker::ConversationQuery,
        error::{Code, Error},
        session::{EndReason, Message, MessageOutcome, ServedBecause, Session},
    },
    server::domain::{chat, coworker, desk, grants, releases, sessions},
};
use uuid::Uuid;

use super::{live_agent, modelled, other_node, with_model};
use crate::{
    releases::{config, publish, released, save, saved},
    support::{ModelServer, Person, Step, TestApp},
};

async fn begin(app: &TestApp, person: &Person, agent: Uuid, draft_mode: bool, revision: Option<Uuid>) -> Session {
    sessions::start(&app.core, &person.caller, agent, draft_mode, revision).await.unwrap()
}

async fn say(app: &TestApp, person: &Person, session: Uuid) -> Message {
    chat::send(&app.core, &person.caller, session, "Hello").await.unwrap().reader.finished().await.unwrap()
}

async fn ended(app: &TestApp, person: &Person, session: Uuid) -> Option<EndReason> {
    sessions::get(&app.core, &person.caller, session).await.unwrap().end_reason
}

both_engines! {
    async fn a_chosen_revision_answers_to_the_end(app: TestApp) {
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &config("One.")).await;
        let second = saved(save(&app, &ada, id, 1, &config("Two.")).await).draft.info.revision_id;
        let first = releases::list(&app.core, &ada.caller, id, None, 1).await.unwrap().data.remove(0);
        let v2 = released(publish(&app, &ada, id).await);
        save(&app, &ada, id, 2, &config("Three.")).await;

        let release = begin(&app, &ada, id, false, Some(first.id)).await;
        let draft = begin(&app, &ada, id, false, Some(second)).await;
        let both = begin(&app, &ada, id, true, Some(second)).await;
        for (session, words, version) in [(&release, "One.", Some(1)), (&draft, "Two.", None), (&both, "Two.", None)] {
            let message = say(&app, &ada, session.id).await;
            assert!(message.content.contains(words), "{}", message.content);
            let receipt = message.receipt.unwrap();
            assert_eq!(receipt, session.receipt);
            assert_eq!((receipt.version, receipt.reason, session.draft_mode), (version, ServedBecause::Chosen, false));
        }
        // What is live, named, is a live conversation.
        let live = begin(&app, &ada, id, false, Some(v2.id)).await;
        assert_eq!(live.receipt.reason, ServedBecause::LiveAtStart);
        say(&app, &ada, live.id).await;
        let trial = begin(&app, &ada, id, false, Some(first.id)).await;
        say(&app, &ada, trial.id).await;
        let listed = coworker::conversations(&app.core, &ada.caller, &ConversationQuery::default()).await.unwrap().data;
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [live.id], "a trial is not the person's conversation");
        assert_eq!(sessions::open_count(&app.core, &ada.caller, id).await.unwrap(), [(2, 1)]);

        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(ended(&app, &ada, live.id).await, Some(EndReason::Unpublished));
        assert_eq!((ended(&app, &ada, release.id).await, ended(&app, &ada, draft.id).await), (None, None));
        releases::delete(&app.core, &ada.caller, id, 1).await.unwrap();
        assert_eq!(ended(&app, &ada, release.id).await, Some(EndReason::ReleaseDeleted));
        assert_eq!(ended(&app, &ada, draft.id).await, None);
        // It takes the right to edit to go on.
        app.execute("UPDATE grants SET role = 'user'").await.unwrap();
        assert_eq!(ended(&app, &ada, draft.id).await, Some(EndReason::Revoked));
    }

    async fn one_lists_ones_own_newest_first(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let one = live_agent(&app, &ada, &config("One.")).await;
        let two = live_agent(&app, &ada, &config("Two.")).await;
        for id in [one, two] {
            grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        }
        let mut own = Vec::new();
        for number in 0..5 {
            let id = if number % 2 == 0 { one } else { two };
            begin(&app, &ada, id, false, None).await;
            own.insert(0, begin(&app, &bob, id, false, None).await);
        }
        let ended = sessions::end(&app.core, &bob.caller, own[1].id).await.unwrap();
        own[1] = ended;
        let list = async |agent: Option<Uuid>| {
            let (mut met, mut cursor) = (Vec::new(), None);
            loop {
                let page = sessions::list(&app.core, &bob.caller, agent, cursor.as_deref(), 2).await.unwrap();
                assert!(page.data.len() <= 2);
                met.extend(page.data);
                cursor = page.next_cursor;
                if cursor.is_none() { return met }
            }
        };
        assert_eq!(list(None).await, own);
        let with_one: Vec<Session> = own.iter().filter(|session| session.agent_id == one).cloned().collect();
        assert_eq!((list(Some(one)).await, with_one.len()), (with_one, 3));
        assert_eq!(list(Some(Uuid::now_v7())).await, []);
        let refused = sessions::list(&app.core, &bob.caller, None, Some("x"), 2).await.unwrap_err().public;
        assert_eq!(refused.errors[0].field, "cursor");
    }

    async fn an_answer_is_being_written_for_as_long_as_its_server_says_so(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        let session = begin(&app, &ada, id, false, None).await.id;
        let other = app.over(other_node(&app));
        let is_answering = async || {
            let desk = desk::desk(&other.core, &ada.caller, id, Some(session), None).await.unwrap();
            desk.conversation.unwrap().answering
        };
        let until = async || app.number("SELECT COALESCE(answering_until, 0) FROM sessions").await;

        model.next(&[Step::Say("Half"), Step::Wait, Step::Done]);
        let mut answer = chat::send(&app.core, &ada.caller, session, "Hello").await.unwrap().reader;
        answer.next().await.unwrap();
        let at_first = until().await;
        app.clock().advance(15);
        while until().await == at_first {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        app.clock().advance(15);
        assert!(is_answering().await);
        let refused = chat::send(&other.core, &ada.caller, session, "And?").await.unwrap_err().public;
        assert_eq!(refused.code, Code::AnswerInProgress);
        model.go_on();
        assert_eq!(answer.finished().await.unwrap().content, "Half");
        assert!(!is_answering().await);

        // A server that died says nothing any more. The message is there, and can be tried again.
        model.next(&[Step::Say("Half"), Step::Hang]);
        let mut lost = chat::send(&app.core, &ada.caller, session, "And now?").await.unwrap().reader;
        lost.next().await.unwrap();
        assert!(is_answering().await);
        app.clock().advance(21);
        assert!(!is_answering().await);
        let again = chat::retry(&other.core, &ada.caller, session).await.unwrap();
        assert_eq!(again.reader.finished().await.unwrap().content, "Fine.");
    }

    async fn an_answer_stops_once_its_person_may_no_longer_use_the_agent(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let session = begin(&app, &bob, id, false, None).await.id;
        model.next(&[Step::Say("Half"), Step::Hang]);
        let mut answer = chat::send(&app.core, &bob.caller, session, "Hello").await.unwrap().reader;
        answer.next().await.unwrap();
        grants::set_everyone(&app.core, &ada.caller, id, false).await.unwrap();
        let message = answer.finished().await.unwrap();
        assert_eq!((message.outcome, message.content.as_str()), (MessageOutcome::Stopped, "Half"));
    }

    async fn a_conversation_is_removed_for_good(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let (ada, bob) = (app.admin().await, app.member(Role::Admin).await);
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        let stays = begin(&app, &ada, id, false, None).await;
        say(&app, &ada, stays.id).await;
        let gone = begin(&app, &ada, id, false, None).await;
        say(&app, &ada, gone.id).await;
        let foreign = sessions::delete(&app.core, &bob.caller, gone.id).await.unwrap_err().public;
        assert_eq!(foreign, Error::not_found());
        assert_eq!(app.number("SELECT count(*) FROM messages").await, 4);

        // In the middle of an answer.
        model.next(&[Step::Say("Half"), Step::Hang]);
        let answering = chat::send(&app.core, &ada.caller, gone.id, "Once more").await.unwrap();
        sessions::delete(&app.core, &ada.caller, gone.id).await.unwrap();
        let refused = answering.reader.finished().await.unwrap_err();
        assert_eq!((refused.error.code, refused.message), (Code::SessionEnded, None));
        assert_eq!(app.number("SELECT count(*) FROM messages").await, 2);
        for again in [
            sessions::delete(&app.core, &ada.caller, gone.id).await.unwrap_err(),
            sessions::get(&app.core, &ada.caller, gone.id).await.unwrap_err(),
        ] {
            assert_eq!(again.public, Error::not_found());
        }
        let listed = sessions::list(&app.core, &ada.caller, None, None, 20).await.unwrap().data;
        assert_eq!(listed.iter().map(|session| session.id).collect::<Vec<_>>(), [stays.id]);
    }
}
