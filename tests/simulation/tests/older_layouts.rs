//! Layouts that an earlier version of the product published: they are sold from as before, and known again.

use crate::scenes::{Scene, play};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::name::LayoutId;
use serde_json::{Value, json};
use simulation::engine::{TABLE, wire_key};
use simulation::fleet::Function;
use simulation::judge::Verb;
use simulation::stage::{Order, Way};
use simulation::token::token;
use store::key;
use support::http::Http;
use support::people::Role;

const LAYOUT: &str = "older";
const EVENT: &str = "reopening";

/// A document, what was stored of it, and the hash that its version had.
const OLDER: [(&str, &[u8], &str); 2] = [
    (
        include_str!("../../../shared/domain/fixtures/first.json"),
        include_bytes!("../../../shared/domain/fixtures/first.bin"),
        "14dda3a38cd3797b84ecb6230d4480a4805fedddf72d288a602edd2aab515460",
    ),
    (
        include_str!("../../../shared/domain/fixtures/second.json"),
        include_bytes!("../../../shared/domain/fixtures/second.bin"),
        "ce2a153ee30ec1308e2561a1463e54a94db59ab6b95aa1cbff900edee1a07735",
    ),
];

/// Puts version 1 of the layout into the table, as the earlier version of the product did.
fn store(scene: &Scene, bytes: &[u8], hash: &str) {
    let id = LayoutId::parse(LAYOUT).unwrap();
    let put = |at: &key::Key, attributes: Value| {
        let mut item = wire_key(&audit::Key { pk: at.pk.clone(), sk: at.sk.clone() });
        item.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
        let answer = scene.stage.world.engine.serve("PutItem", json!({ "TableName": TABLE, "Item": item }));
        assert!(answer.is_ok(), "{}", answer.body);
    };
    put(&key::layout_chunk(&id, hash, 0), json!({ "bytes": { "B": STANDARD.encode(bytes) } }));
    let version =
        json!({ "version": { "N": "1" }, "hash": { "S": hash }, "chunks": { "N": "1" }, "seats": { "N": "11" } });
    put(&key::layout_version(&id, 1), version);
}

async fn ask(scene: &Scene, function: Function, http: Http) -> Value {
    let (who, event) = ("admin".to_owned(), EVENT.to_owned());
    let way = Way::Http(function, http);
    let order = Order { who, is_admin: true, verb: Verb::Read, event, key: None, payment: None, way };
    let reply = scene.stage.send(&order).await.expect("an answer");
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["data"].clone()
}

/// Publishes a document; says which version it is, and whether it is a new one.
async fn publish(scene: &Scene, document: &Value) -> (u64, bool) {
    let http = Http::new("PUT /seat-booking/admin/layouts/{layoutId}").token(&token("admin", Role::Admin));
    let data = ask(scene, Function::Admin, http.path("layoutId", LAYOUT).json(document)).await;
    (data["version"].as_u64().unwrap(), data["changed"].as_bool().unwrap())
}

#[test]
fn a_layout_that_was_published_in_an_older_form_is_no_new_version_when_it_is_published_again() {
    for (document, bytes, hash) in OLDER {
        play(async |scene| {
            store(&scene, bytes, hash);
            let mut document: Value = serde_json::from_str(document).unwrap();
            assert_eq!(publish(&scene, &document).await, (1, false));
            document["seats"][0]["position"]["x"] = json!(101);
            assert_eq!(publish(&scene, &document).await, (2, true), "it differs in one number");
            assert_eq!(publish(&scene, &document).await, (2, false));
            document["seats"][0]["position"]["x"] = json!(100);
            assert_eq!(publish(&scene, &document).await, (3, true), "the newest is another one");
        });
    }
}

#[test]
fn a_layout_that_nobody_can_read_any_more_can_be_published_again() {
    let (document, bytes, _) = OLDER[0];
    play(async |scene| {
        store(&scene, bytes, "00");
        let document: Value = serde_json::from_str(document).unwrap();
        assert_eq!(publish(&scene, &document).await, (2, true));
        assert_eq!(publish(&scene, &document).await, (2, false));
    });
}

#[test]
fn an_event_is_sold_from_a_layout_in_an_older_form() {
    for (document, bytes, hash) in OLDER {
        play(async |scene| {
            store(&scene, bytes, hash);
            let event = json!({
                "name": "Reopening", "layoutId": LAYOUT, "startsAt": "2031-01-01T19:30:00.000Z", "currency": "EUR",
            });
            let put = Http::new("PUT /seat-booking/admin/events/{eventId}").token(&token("admin", Role::Admin));
            let put = put.path("eventId", EVENT).json(&event);
            assert_eq!(ask(&scene, Function::Admin, put).await["event"]["totalSeats"], 11);
            let get = Http::new("GET /seat-booking/layout/{eventId}")
                .token(&token("admin", Role::Admin))
                .path("eventId", EVENT);
            let answer = ask(&scene, Function::Layout, get).await;
            let document: Value = serde_json::from_str(document).unwrap();
            assert_eq!(answer["layout"]["name"], document["name"]);
            let ids = |list: &Value| list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
            assert_eq!(ids(&answer["items"]), ids(&document["items"]));
            assert_eq!(answer["items"][1]["sc"], 3);
            assert_eq!(
                (answer["seats"].as_array().unwrap().len(), &answer["seats"][7]["tableId"]),
                (11, &json!("table_1"))
            );
        });
    }
}
