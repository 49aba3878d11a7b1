//! Random acts on one agent, checked against a model of a few lines.

use std::collections::BTreeMap;

use galley::{
    model::{agent::Status, error::Code, release::Published, saved_draft::SaveOutcome},
    server::domain::{builder, drafts, releases, revisions},
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{agent, config, save};

#[derive(Clone, Debug)]
enum Act {
    Save(u8),
    Publish,
    RollBack(u8),
    Unpublish,
    Delete(u8),
    Restore(u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..4u8).prop_map(Act::Save),
        4 => Just(Act::Publish),
        2 => (1..6u8).prop_map(Act::RollBack),
        1 => Just(Act::Unpublish),
        1 => (1..6u8).prop_map(Act::Delete),
        1 => (1..8u8).prop_map(Act::Restore),
    ]
}

/// What must be true of an agent, in a few lines: texts by number.
#[derive(Debug, Default)]
struct Reference {
    drafts: Vec<u8>,
    releases: BTreeMap<i64, u8>,
    deleted: Vec<i64>,
    live: Option<i64>,
    last_release: i64,
}

impl Reference {
    fn draft(&self) -> u8 {
        *self.drafts.last().unwrap()
    }

    fn stands(&self, version: i64) -> bool {
        self.releases.contains_key(&version) && !self.deleted.contains(&version)
    }

    fn status(&self) -> Status {
        match self.live {
            None => Status::Draft,
            Some(live) if self.releases[&live] == self.draft() => Status::Published,
            Some(_) => Status::UnpublishedChanges,
        }
    }
}

fn text(number: u8) -> String {
    format!("text {number}")
}

both_engines! {
    async fn acts_do_what_the_model_says(app: TestApp) {
        let ada = app.admin().await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..12 {
            let acts = prop::collection::vec(act(), 1..24).new_tree(&mut runner).unwrap().current();
            let id = agent(&app, &ada, &text(0)).await;
            let mut model = Reference { drafts: vec![0], ..Reference::default() };
            for (step, act) in acts.iter().enumerate() {
                let at = format!("step {step} of {acts:?}");
                let base = i64::try_from(model.drafts.len()).unwrap();
                match act {
                    Act::Save(number) => {
                        let outcome = save(&app, &ada, id, base, &config(&text(*number))).await;
                        if *number == model.draft() {
                            assert_eq!(outcome, SaveOutcome::Nothing { number: base }, "{at}");
                        } else {
                            assert!(matches!(outcome, SaveOutcome::Saved(_)), "{at}");
                            model.drafts.push(*number);
                        }
                    }
                    Act::Publish => {
                        let published = releases::publish(&app.core, &ada.caller, id, "", Some(base)).await.unwrap();
                        if model.status() == Status::Published {
                            assert_eq!(published, Published::NoChanges, "{at}");
                        } else {
                            model.last_release += 1;
                            model.releases.insert(model.last_release, model.draft());
                            model.live = Some(model.last_release);
                            assert!(matches!(published, Published::Released(release) if release.version == model.last_release), "{at}");
                        }
                    }
                    Act::RollBack(version) => {
                        let version = i64::from(*version);
                        let answer = releases::roll_back(&app.core, &ada.caller, id, version, "", false).await;
                        if model.stands(version) {
                            assert!(answer.unwrap().live, "{at}");
                            model.live = Some(version);
                        } else {
                            assert_eq!(answer.unwrap_err().public.code, Code::NotFound, "{at}");
                        }
                    }
                    Act::Unpublish => {
                        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
                        model.live = None;
                    }
                    Act::Delete(version) => {
                        let version = i64::from(*version);
                        let answer = releases::delete(&app.core, &ada.caller, id, version).await;
                        if !model.releases.contains_key(&version) {
                            assert_eq!(answer.unwrap_err().public.code, Code::NotFound, "{at}");
                        } else if model.live == Some(version) {
                            assert_eq!(answer.unwrap_err().public.code, Code::ReleaseIsLive, "{at}");
                        } else {
                            answer.unwrap();
                            model.deleted.push(version);
                        }
                    }
                    Act::Restore(number) => {
                        let number = i64::from(*number);
                        let known = revisions::revision(
                            &app.core,
                            &ada.caller,
                            id,
                            galley::model::revision::RevisionRef::Draft(number),
                        )
                        .await;
                        let Some(wanted) = usize::try_from(number - 1).ok().and_then(|at| model.drafts.get(at)).copied()
                        else {
                            assert_eq!(known.unwrap_err().public.code, Code::NotFound, "{at}");
                            continue;
                        };
                        let revision = known.unwrap().id;
                        drafts::restore(&app.core, &ada.caller, id, revision).await.unwrap();
                        if wanted != model.draft() {
                            model.drafts.push(wanted);
                        }
                    }
                }
                let panel = builder::panel(&app.core, &ada.caller, id).await.unwrap();
                assert_eq!(panel.status, model.status(), "{at}");
                assert_eq!(panel.live.map(|release| release.version), model.live, "{at}");
                assert_eq!(panel.draft_number, i64::try_from(model.drafts.len()).unwrap(), "{at}");
                assert_eq!(panel.next_version, model.last_release + 1, "{at}");
            }
            let listed = releases::list(&app.core, &ada.caller, id, None, 100).await.unwrap().data;
            let versions: Vec<_> = listed.iter().rev().map(|release| release.version).collect();
            assert_eq!(versions, (1..=model.last_release).collect::<Vec<_>>(), "dense");
        }
    }
}
