//! Queries that are wrong by construction.

use super::wrong::{no_id, no_json, no_object, one, text};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use fastrand::Rng;
use serde_json::{Value, json};
use support::http::Http;

/// An event that none could be.
pub fn bad_event_id(rng: &mut Rng, request: Http) -> Http {
    request.query("eventId", no_id(rng))
}

/// A page that is none: its length, or where it starts.
pub fn bad_page(rng: &mut Rng, request: Http) -> Http {
    if rng.bool() {
        let limit = one(rng, &["0", "-1", "101", "1e2", "5.0", "ten", " 5", "0x5", "NaN", "99999999999999999999999"]);
        return request
            .query("limit", if rng.bool() { limit.to_owned() } else { format!("{limit}{}", text(rng, 5) + "?") });
    }
    let inside = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    let cursor = match rng.u8(..6) {
        0 => format!("{}?", text(rng, 60)),
        1 => inside(text(rng, 30) + "{"),
        2 => inside(json!({ "lane": rng.u32(64..), "after": "" }).to_string()),
        3 => inside(json!({ "lane": 0, "after": format!("#{}", text(rng, 60)) }).to_string()),
        4 => inside(json!({ "lane": -1, "after": "" }).to_string()),
        _ => inside(json!({ "lane": 0, "after": rng.u32(..) }).to_string()),
    };
    request.query("cursor", cursor)
}

/// A viewport that is none.
pub fn bad_viewport(rng: &mut Rng, request: Http) -> Http {
    let mut viewport = json!({ "x": 0, "y": 0, "width": 800, "height": 600 });
    let name = one(rng, &["x", "y", "width", "height"]);
    let text = match rng.u8(..5) {
        0 => String::from_utf8_lossy(&no_json(rng, &viewport)).into_owned() + "?",
        1 => no_object(rng).to_string(),
        2 => {
            viewport[name] = one(rng, &[Value::Null, json!("1"), json!([]), json!({}), json!(true)]);
            viewport.to_string()
        }
        3 => {
            viewport[one(rng, &["width", "height"])] = json!(-rng.f64() * 1e9);
            viewport.to_string()
        }
        _ => viewport.to_string().replace(&format!("\"{name}\":"), &format!("\"{name}{name}\":")),
    };
    request.query("viewport", text.chars().take(3_000).collect::<String>())
}
