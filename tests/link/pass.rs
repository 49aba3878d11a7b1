//! The pass phrase of a public link: wrong, right, throttled, changed, run out, taken away.

use galley::{model::link::LinkForm, server::domain::links};

use super::{greeting, live, open, post_form, roomy, talk};
use crate::support::TestApp;

const PASS: &str = "open sesame, please";
const FORM: &str = "pass_phrase=open+sesame%2C+please";

fn with_pass(pass: &str) -> LinkForm {
    LinkForm { pass_phrase: Some(pass.into()), ..roomy() }
}

/// A link with a pass phrase: its agent and its path.
async fn guarded(app: &TestApp) -> (uuid::Uuid, String) {
    let ada = app.admin().await;
    let id = live(app, &ada, &greeting("Only for friends.")).await;
    let slug = open(app, &ada, id, &with_pass(PASS)).await;
    (id, format!("/a/{slug}"))
}

both_engines! {
    async fn nothing_shows_before_the_pass_phrase(app: TestApp) {
        let (_, path) = guarded(&app).await;
        let browser = app.browser();
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("pass phrase"), "{}", page.text);
        assert!(!page.text.contains("Only for friends.") && !page.text.contains("Support triage"), "{}", page.text);
        assert_eq!(talk(&browser, &format!("{path}/messages"), "Hello").await.0.status, 401);
        let plain = post_form(&browser, &path, "content=Hello").await;
        assert_eq!(plain.status, 401);
        assert!(!plain.text.contains("Only for friends."), "{}", plain.text);
        assert_eq!(app.number("SELECT count(*) FROM sessions WHERE visitor IS NOT NULL").await, 0);

        let wrong = post_form(&browser, &path, "pass_phrase=open+sesame").await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("is not the pass phrase") && !wrong.text.contains("Only for friends."), "{}", wrong.text);
        let right = post_form(&browser, &path, FORM).await;
        assert_eq!((right.status.as_u16(), right.header("set-cookie")), (303, None));
        let inside = right.location().to_owned();
        assert!(inside.starts_with(&format!("{path}?pass=")) && !inside.contains("sesame"), "{inside}");
        assert!(browser.get(&inside).await.text.contains("Only for friends."));
        // The proof goes along with the conversation.
        let said = post_form(&browser, &inside, "content=Hello").await;
        assert!(said.location().contains("chat=") && said.location().contains("pass="), "{}", said.location());
        assert!(browser.get(said.location()).await.text.contains("Hello"));
        // The conversation's token alone opens nothing.
        let token = said.location().split("chat=").nth(1).unwrap().split(['&', '#']).next().unwrap();
        let alone = browser.get(&format!("{path}?chat={token}")).await;
        assert!(alone.text.contains("asks for a pass phrase"));
        assert_eq!(browser.get(&format!("{path}/messages?chat={token}")).await.status, 401);
    }

    async fn a_proof_cannot_be_made_up_or_taken_elsewhere(app: TestApp) {
        let ada = app.admin().await;
        let (_, path) = guarded(&app).await;
        let other = live(&app, &ada, &greeting("Other.")).await;
        let other = format!("/a/{}", open(&app, &ada, other, &with_pass(PASS)).await);
        let browser = app.browser();
        let proof = post_form(&browser, &path, FORM).await.location().split("pass=").nth(1).unwrap().to_owned();
        let (until, signed) = proof.split_once('.').unwrap();
        let later = until.parse::<i64>().unwrap() + 1_000_000;
        for made_up in [format!("{later}.{signed}"), format!("{until}."), until.to_owned(), ".".into(), "x.y".into(), "1".repeat(300)] {
            assert!(browser.get(&format!("{path}?pass={made_up}")).await.text.contains("asks for a pass phrase"), "{made_up}");
        }
        assert!(browser.get(&format!("{other}?pass={proof}")).await.text.contains("asks for a pass phrase"));
        assert!(browser.get(&format!("{path}?pass={proof}")).await.text.contains("Only for friends."));
        app.clock().advance(12 * 3600 - 1);
        assert!(browser.get(&format!("{path}?pass={proof}")).await.text.contains("Only for friends."));
        app.clock().advance(1);
        assert!(browser.get(&format!("{path}?pass={proof}")).await.text.contains("asks for a pass phrase"), "it has run out");
    }

    async fn another_pass_phrase_shuts_out_who_knew_the_last(app: TestApp) {
        let ada = app.admin().await;
        let (id, path) = guarded(&app).await;
        let browser = app.browser();
        let inside = post_form(&browser, &path, FORM).await.location().to_owned();
        // What is said of the rest leaves the pass phrase as it is.
        links::set(&app.core, &ada.caller, id, &roomy()).await.unwrap();
        assert!(browser.get(&inside).await.text.contains("Only for friends."));
        links::set(&app.core, &ada.caller, id, &with_pass("another long phrase")).await.unwrap();
        assert!(browser.get(&inside).await.text.contains("asks for a pass phrase"));
        assert_eq!(post_form(&browser, &path, FORM).await.status, 422);
        assert_eq!(post_form(&browser, &path, "pass_phrase=another+long+phrase").await.status, 303);
        let shown = links::set(&app.core, &ada.caller, id, &with_pass("")).await.unwrap();
        assert!(!shown.has_pass_phrase);
        assert!(browser.get(&path).await.text.contains("Only for friends."));
        // Nobody can read it anywhere.
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE detail LIKE '%sesame%' OR detail LIKE '%another long%'").await, 0);
    }

    async fn guessing_is_slowed_down_for_who_guesses(app: TestApp) {
        let (_, path) = guarded(&app).await;
        let (guesser, friend) = (app.browser().at("198.51.100.1"), app.browser().at("198.51.100.2"));
        for _ in 0..5 {
            assert_eq!(post_form(&guesser, &path, "pass_phrase=a+wild+guess").await.status, 422);
        }
        let checked = app.core.hasher.checked();
        let slowed = post_form(&guesser, &path, FORM).await;
        assert_eq!(slowed.status, 429, "even the right one has to wait");
        assert!(slowed.text.contains("Too many attempts"), "{}", slowed.text);
        assert_eq!(app.core.hasher.checked(), checked, "nothing was even compared");
        assert_eq!(post_form(&friend, &path, FORM).await.status, 303, "nobody else is shut out");
        app.clock().advance(120);
        assert_eq!(post_form(&guesser, &path, FORM).await.status, 303);
    }
}
