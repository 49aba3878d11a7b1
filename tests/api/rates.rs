//! How many requests a minute are answered.

use std::num::NonZeroU32;

use super::{Program, code};

both_engines! {
    async fn a_key_that_asks_too_often_is_told_when_to_come_back(app: TestApp) {
        let app = app.with_settings(|settings| settings.rate_key = NonZeroU32::new(5).unwrap());
        let ada = app.admin().await;
        let (one, two) = (Program::whole(&app, &ada).await, Program::whole(&app, &ada).await);
        for left in (0..5).rev() {
            let answer = one.get("/api/v1/agents").await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.headers["ratelimit-limit"], "5");
            assert_eq!(answer.headers["ratelimit-remaining"], left.to_string().as_str());
        }
        let refused = one.get("/api/v1/agents").await;
        assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (429, "rate_limited"));
        let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(two.get("/api/v1/agents").await.status, 200, "another key has its own count");
        assert_eq!(app.browser().get("/sign-in").await.status, 200, "pages are not counted");
    }
}
