//! Bodies that come compressed.

use crate::check;
use crate::engine::{accepted, fuzz, fuzz_with};
use crate::offline::{Offline, request, verifier};
use domain::refusal::{Form, Refusal};
use flate2::Compression;
use flate2::read::{GzDecoder, MultiGzDecoder};
use flate2::write::GzEncoder;
use serde_json::Value;
use service::http::Call;
use service::office::Office;
use service::token::Verifier;
use std::io::{Read, Write};
use std::sync::LazyLock;
use support::http::Http;

const BODY_BYTES_MAX: usize = 64 * 1024;

static OFFICE: LazyLock<(Office, Verifier)> = LazyLock::new(|| (Offline::empty().office(), verifier()));

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(encoding: &str, body: &[u8]) -> Result<Value, Refusal> {
    let http = Http::new("POST /fuzz").header("content-type", "application/json").header("content-encoding", encoding);
    let request = request(&http.body(body)).unwrap();
    let outcome = Call::new(OFFICE.0.clone(), &OFFICE.1, request).json();
    if let Err(refusal) = &outcome {
        check::refusal(refusal);
    }
    outcome
}

/// Compressed bodies of every shape: plain, one document in two members, two documents, with bytes behind the end, cut
/// off, and one that grows to a megabyte.
fn samples() -> Vec<Vec<u8>> {
    let plain = gzip(br#"{"eventId":"e1","seatIds":["seat_A1"]}"#);
    let bomb = gzip(&vec![b' '; 1 << 20]);
    let parts = [gzip(br#"{"eventId":"e1","#), gzip(br#""seatIds":["seat_A1"]}"#)].concat();
    let trailing = [plain.clone(), b"junk".to_vec()].concat();
    let twice = [plain.clone(), plain.clone()].concat();
    vec![plain.clone(), parts, twice, trailing, plain[..20].to_vec(), bomb, Vec::new()]
}

#[test]
fn a_body_reads_the_same_compressed_and_plain() {
    fuzz("hold_seats", |bytes| {
        let (start, end) = bytes.split_at(bytes.len() / 2);
        let members = [gzip(start), gzip(end)].concat();
        for compressed in [gzip(bytes), members] {
            match (read("gzip", &compressed), read("identity", bytes)) {
                (Ok(zipped), Ok(plain)) => {
                    accepted();
                    assert_eq!(zipped, plain);
                }
                (Err(zipped), Err(plain)) => assert_eq!(zipped, plain),
                (zipped, plain) => panic!("compressed {zipped:?}, plain {plain:?}"),
            }
        }
    });
}

#[test]
fn a_compressed_body_is_what_it_unpacks_to_or_is_refused() {
    fuzz_with("gzip_body", 2, samples(), |bytes| {
        let mut unpacked = Vec::new();
        let complete = MultiGzDecoder::new(bytes).read_to_end(&mut unpacked).is_ok();
        // Bytes behind a whole member are what most of these end in: they must not be lost unseen.
        if GzDecoder::new(bytes).read_to_end(&mut Vec::new()).is_ok() {
            accepted();
        }
        match read("gzip", bytes) {
            Ok(value) => {
                assert!(unpacked.len() <= BODY_BYTES_MAX && bytes.len() <= BODY_BYTES_MAX);
                assert_eq!(Some(value), serde_json::from_slice(&unpacked).ok());
            }
            Err(refusal) if refusal.form == Form::TooLarge => {
                // What is broken may be given up on at either end of what it unpacks to.
                assert!(!complete || unpacked.len() > BODY_BYTES_MAX || bytes.len() > BODY_BYTES_MAX);
            }
            Err(_) => assert!(!complete || serde_json::from_slice::<Value>(&unpacked).is_err()),
        }
    });
}
