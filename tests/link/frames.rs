//! Who may show which page in a frame.

use galley::{model::link::LinkForm, server::domain::links};

use super::{greeting, live, open, opened, post_form, roomy};

both_engines! {
    async fn only_the_sites_that_are_named_may_frame_the_page(app: TestApp) {
        let ada = app.admin().await;
        let sites = LinkForm { frame_origins: vec!["https://shop.example".into(), "http://localhost:8080".into()], ..roomy() };
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let framed = format!("/a/{}", open(&app, &ada, id, &sites).await);
        let (_, slug) = opened(&app, &ada).await;
        let unframed = format!("/a/{slug}");
        let browser = app.browser();
        let page = browser.get(&framed).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.ends_with("frame-ancestors https://shop.example http://localhost:8080"), "{policy}");
        assert_eq!(page.header("x-frame-options"), None);
        // What a refused form shows is the page too.
        let refused = post_form(&browser, &framed, "content=").await;
        assert_eq!((refused.status.as_u16(), refused.header("x-frame-options")), (422, None));
        assert!(refused.header("content-security-policy").unwrap().contains("frame-ancestors https://shop.example"));
        for path in [unframed.as_str(), "/", "/sign-in", "/a/aaaaaaaaaaaa", format!("/agents/{id}").as_str(), "/api/docs/"] {
            let page = browser.get(path).await;
            assert_eq!(page.header("x-frame-options"), Some("DENY"), "{path}");
            assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{path}");
        }
        links::set(&app.core, &ada.caller, id, &roomy()).await.unwrap();
        assert_eq!(browser.get(&framed).await.header("x-frame-options"), Some("DENY"), "from the next request on");
    }
}
