//! A moment: in full and in UTC as the server writes it, then in the words and the time zone of the person who reads it.

use std::time::Duration;

use leptos::{prelude::*, wasm_bindgen::JsValue};

use crate::model::timestamp::Timestamp;

/// "2 min ago" is right for this long.
const REFRESH: Duration = Duration::from_secs(30);

/// A moment. Both sides first write the same, so that nothing mismatches; the browser then says how long ago it is.
#[component]
pub fn Time(
    /// When.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let now = RwSignal::new(None::<i64>);
    Effect::new(move || {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
        let tick = move || now.set(Some(js_sys::Date::now() as i64));
        tick();
        if let Ok(handle) = set_interval_with_handle(tick, REFRESH) {
            on_cleanup(move || handle.clear());
        }
    });
    let text = move || match now.get() {
        Some(now) => relative(at.get(), Timestamp(now.saturating_mul(1_000))).unwrap_or_else(|| local(at.get()).0),
        None => at.get().plain(),
    };
    let title = move || if now.with(Option::is_some) { local(at.get()).1 } else { at.get().plain() };
    view! {
        <time class="time" datetime=move || at.get().to_string() title=title>
            {text}
        </time>
    }
}

/// How long ago `at` was; nothing when that is longer than a week and a date says more.
fn relative(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.seconds_since(at);
    Some(match seconds {
        // The clocks of two machines differ a little.
        -120..=44 => "just now".to_owned(),
        45..=3_569 => format!("{} min ago", ((seconds + 30) / 60).max(1)),
        3_570..=84_599 => format!("{} h ago", (seconds + 1_800) / 3_600),
        84_600..=604_799 => match (seconds + 43_200) / 86_400 {
            1 => "yesterday".to_owned(),
            days => format!("{days} days ago"),
        },
        _ => return None,
    })
}

/// "19 Nov 2026" and "19 Nov 2026, 16:02" where the browser is. Only in the browser.
fn local(at: Timestamp) -> (String, String) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64((at.0 / 1_000) as f64));
    let month = usize::try_from(date.get_month()).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    let day = format!("{} {month} {}", date.get_date(), date.get_full_year());
    let full = format!("{day}, {:02}:{:02}", date.get_hours(), date.get_minutes());
    (day, full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_long_ago() {
        let at = Timestamp(1_795_324_800_000_000);
        let after = |seconds| relative(at, at.plus_seconds(seconds));
        assert_eq!(after(-30).as_deref(), Some("just now"));
        assert_eq!(after(0).as_deref(), Some("just now"));
        assert_eq!(after(45).as_deref(), Some("1 min ago"));
        assert_eq!(after(120).as_deref(), Some("2 min ago"));
        assert_eq!(after(3_569).as_deref(), Some("59 min ago"));
        assert_eq!(after(3_570).as_deref(), Some("1 h ago"));
        assert_eq!(after(84_599).as_deref(), Some("23 h ago"));
        assert_eq!(after(84_600).as_deref(), Some("yesterday"));
        assert_eq!(after(3 * 86_400).as_deref(), Some("3 days ago"));
        assert_eq!(after(8 * 86_400), None);
        assert_eq!(after(-3_600), None);
    }

    #[test]
    fn the_server_writes_it_in_full() {
        let owner = Owner::new();
        let html = owner.with(|| view! { <Time at=Timestamp(1_795_324_800_123_456) /> }.to_html());
        assert!(html.contains(r#"datetime="2026-11-22T05:20:00.123456Z""#), "{html}");
        assert!(html.contains("22 Nov 2026, 05:20 UTC<"), "{html}");
    }
}
