//! Where a page of a listing starts, and how long it is.

use crate::check;
use crate::engine::{accepted, fuzz};
use crate::offline::{Offline, request, verifier};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::refusal::{Code, Refusal};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;
use service::http::Call;
use service::http::call::listing;
use service::office::Office;
use service::token::Verifier;
use std::sync::LazyLock;
use store::read::{Page, Position};
use support::http::Http;

static OFFICE: LazyLock<(Office, Verifier)> = LazyLock::new(|| (Offline::empty().office(), verifier()));

/// What a query is taken for; none where API Gateway would not take it.
fn page(query: &str) -> Option<Result<(Position, usize), Refusal>> {
    let request = request(&Http::new("GET /fuzz").raw_query(query))?;
    Some(Call::new(OFFICE.0.clone(), &OFFICE.1, request).page())
}

/// The position as clients get it.
fn next_cursor(position: &Position) -> String {
    let page: Page<Value> = Page { rows: Vec::new(), next: Some(position.clone()) };
    listing("rows", page, Value::clone).data["nextCursor"].as_str().unwrap().to_owned()
}

fn follow(cursor: &[u8]) {
    let Some(found) = page(&format!("cursor={}", percent_encode(cursor, NON_ALPHANUMERIC))) else { return };
    match found {
        Ok((position, limit)) => {
            accepted();
            assert_eq!(limit, 100);
            let again = page(&format!("cursor={}", next_cursor(&position))).unwrap().unwrap();
            assert_eq!(again.0, position);
        }
        Err(refusal) => {
            check::refusal(&refusal);
            assert_eq!(refusal.code, Code::InvalidData);
        }
    }
}

#[test]
fn a_cursor_is_a_place_or_is_refused() {
    fuzz("cursor", follow);
}

#[test]
fn what_a_cursor_says_is_a_place_or_is_refused() {
    fuzz("cursor_inside", |bytes| follow(BASE64_URL_SAFE_NO_PAD.encode(bytes).as_bytes()));
}

#[test]
fn a_limit_is_a_number_of_rows_or_is_refused() {
    fuzz("limit", |bytes| {
        let query = format!("limit={}", percent_encode(bytes, NON_ALPHANUMERIC));
        let Some(page) = page(&query) else { return };
        match page {
            Ok((position, limit)) => {
                accepted();
                assert_eq!(position, Position::start());
                assert!((1..=100).contains(&limit), "{limit}");
                let text = String::from_utf8_lossy(bytes);
                assert!(text.is_empty() || text.parse() == Ok(limit), "{text:?} is {limit}");
            }
            Err(refusal) => check::refusal(&refusal),
        }
    });
}
