//! What a call reads of its request.

use super::*;
use crate::http::samples::{office, request, verifier};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write;

fn call<'a>(verifier: &'a Verifier, fields: &Value, body: &[u8]) -> Call<'a> {
    Call::new(office(), verifier, request("POST /a/{id}", fields, body))
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn unzipped(body: &[u8], most: usize) -> Result<Value, Refusal> {
    let headers = json!({ "content-type": "application/json", "content-encoding": "gzip" });
    call(&verifier(), &json!({ "headers": headers }), body).json_within(most)
}

#[test]
fn a_gzip_body_of_several_members_is_one_document() {
    let text = br#"{"eventId":"e1"}"#;
    for cut in 0..=text.len() {
        let members = [gzip(&text[..cut]), gzip(&text[cut..])].concat();
        assert_eq!(unzipped(&members, 1_000), Ok(json!({ "eventId": "e1" })), "cut after {cut}");
    }
}

#[test]
fn bytes_behind_the_last_member_are_refused() {
    let good = gzip(br#"{"eventId":"e1"}"#);
    for tail in [&b"j"[..], b"junk", b"\0", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"{}"] {
        let refusal = unzipped(&[&good, tail].concat(), 1_000).unwrap_err();
        assert_eq!((refusal.code, refusal.form), (Code::InvalidData, Form::Content), "{tail:?}");
        assert_eq!(refusal.message, "The body is not valid gzip", "{tail:?}");
    }
}

#[test]
fn a_second_document_is_refused_compressed_or_plain() {
    let (one, two) = (gzip(b"{}"), b"{}{}");
    assert!(
        unzipped(&[one.clone(), one].concat(), 1_000).unwrap_err().message.starts_with("The body is not valid JSON")
    );
    let plain = call(&verifier(), &json!({}), two).json().unwrap_err();
    assert!(plain.message.starts_with("The body is not valid JSON"), "{}", plain.message);
}

#[test]
fn all_members_together_must_fit_the_limit() {
    let member = gzip(&[b' '; 600]);
    assert_eq!(unzipped(&[member.clone(), member.clone()].concat(), 1_199).unwrap_err().form, Form::TooLarge);
    assert_eq!(unzipped(&[gzip(b"{}"), member].concat(), 602), Ok(json!({})));
}

#[test]
fn a_variable_of_the_path_is_decoded_by_api_gateway_alone() {
    let verifier = verifier();
    for name in ["trip%31%32%33", "100%", "a b", "50%25"] {
        let call = call(&verifier, &json!({ "pathParameters": { "id": name } }), b"");
        assert_eq!(call.path("id"), name);
        assert_eq!(call.named("id", |text| Ok(text.to_owned()), Refusal::no_event).unwrap(), name);
    }
}

#[test]
fn a_parameter_of_the_query_is_decoded_once() {
    let verifier = verifier();
    let call = call(&verifier, &json!({ "rawQueryString": "eventId=trip%2531&cursor=a%20b+c&empty=" }), b"");
    assert_eq!(call.query("eventId"), Some("trip%31"));
    assert_eq!(call.query("cursor"), Some("a b c"));
    assert_eq!((call.query("empty"), call.query("missing")), (None, None));
}

#[test]
fn gzip_is_taken_where_it_is_named_or_anything_is_and_not_refused() {
    let verifier = verifier();
    for (header, takes) in [
        ("gzip", true),
        ("deflate, GZIP;q=0.5, br", true),
        ("*", true),
        ("br, *;q=0.1", true),
        ("", false),
        ("br, identity", false),
        ("gzip;q=0", false),
        ("gzip ; Q=0.000", false),
        ("*;q=0", false),
        ("gzip;q=0, *", false),
        ("gzip, *;q=0", true),
    ] {
        let call = call(&verifier, &json!({ "headers": { "accept-encoding": header } }), b"");
        assert_eq!(call.takes_gzip(), takes, "{header}");
    }
}

#[test]
fn a_request_came_when_api_gateway_says_or_as_much_later_as_clocks_may_be_apart() {
    let now = Moment(1_900_000_000_000);
    for (gateway, arrived) in [
        (now.plus(-2_500), now.plus(-500)),
        (now.plus(-1_500), now),
        (now.plus(700), now),
        (now.plus(-31_000), now),
        (Moment(0), now),
        (Moment(1_900_000_000), now),
    ] {
        assert_eq!(arrived_by(gateway, now), arrived, "{gateway:?}");
    }
}

#[test]
fn where_any_type_is_taken_a_body_is_json_and_none_is_an_empty_object() {
    let read = |content_type: &str, body: &[u8]| {
        let fields = json!({ "headers": { "content-type": content_type } });
        call(&verifier(), &fields, body).json_of_any_type()
    };
    for content_type in ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "application/json", "x"] {
        assert_eq!(read(content_type, br#"{"a":1}"#), Ok(json!({ "a": 1 })), "{content_type}");
        assert_eq!(read(content_type, b""), Ok(json!({})), "{content_type}");
    }
    for (body, form) in [(&b"{"[..], Form::Content), (b" ", Form::Content), (br#"{"a":1,"a":1}"#, Form::Content)] {
        assert_eq!(read("text/plain", body).unwrap_err().form, form);
    }
    assert_eq!(read("text/plain", &[b' '; limits::BODY_BYTES_MAX + 1]).unwrap_err().form, Form::TooLarge);
}
