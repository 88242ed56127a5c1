//! Every example of docs/openapi.yaml and docs/asyncapi.yaml is sent, in an order that makes sense, to events of the test's
//! own, and answered as it is documented. So each operation and each action is asked here at least once.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::answer::{Answer, without_body};
use crate::documented_order::{MESSAGES, ORDER};
use crate::documents::{Asked, METHODS, documents, escaped};
use crate::fixture;
use crate::person::Person;
use crate::world::{World, fresh_id};

/// An operation of the document.
struct Operation {
    pointer: String,
    path: String,
    method: Method,
}

/// What stands for the ids of the documents in a run: events and payments of its own, and ids that were answered.
struct Own {
    ids: HashMap<String, String>,
    run: String,
}

impl Own {
    /// A theatre, a bus, a cinema with ticket types, a hall with one booking each, one with a waiting room and a field, in place
    /// of the demo's.
    async fn events(world: &World, ann: &Person) -> Own {
        let cinema = json!({"ticketTypes": [{"id": "adult", "name": "Adult"}, {"id": "student", "name": "Student"},
                                            {"id": "child", "name": "Child"}]});
        let one_each = json!({"rules": {"oneBookingPerBuyer": true}});
        // It opens in a moment: one buyer takes part in its draw.
        let opens_at = (Timestamp::now() + SignedDuration::from_secs(5)).to_string();
        let one_line = json!({"waitingRoom": {"mode": "on", "admitPerMinute": 60, "opensAt": opens_at, "draw": true}});
        let onsale = world.event_with(rows(&["S"]), one_line).await;
        world.buyer("early").join(&onsale).await.ok();
        let own = [
            ("64f123456789abcd12345678", world.theatre().await),
            ("trip123", world.event(fixture::bus()).await),
            ("screening-42", world.event_with(rows(&["A", "B"]), cinema).await),
            ("hundred", world.event_with(rows(&["A"]), one_each).await),
            ("onsale", onsale),
            ("festival", world.event(field()).await),
        ];
        let mut ids: HashMap<String, String> = own.into_iter().map(|(id, event)| (id.to_owned(), event.id)).collect();
        ids.extend(["my-hall", "gala-2031"].map(|id| (id.to_owned(), fresh_id())));
        ids.insert("alice".to_owned(), ann.sub.clone());
        Own { ids, run: fresh_id() }
    }

    /// A documented value with this run's ids.
    fn of(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.starts_with("tx_") => json!(format!("{text}_{}", self.run)),
            Value::String(text) => self.ids.get(text).map_or_else(|| value.clone(), |own| json!(own)),
            Value::Array(list) => list.iter().map(|item| self.of(item)).collect(),
            Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), self.of(value))).collect(),
            _ => value.clone(),
        }
    }

    /// Ids of the documented answer stand for those of the true one from now on.
    fn learn(&mut self, documented: &Value, answered: &Value) {
        for (name, value) in documented.as_object().into_iter().flatten() {
            match (name.ends_with("Id"), value.as_str(), answered[name].as_str()) {
                (true, Some(id), Some(own)) => drop(self.ids.entry(id.to_owned()).or_insert_with(|| own.to_owned())),
                _ => self.learn(value, &answered[name]),
            }
        }
    }
}

#[tokio::test]
async fn every_example_of_the_http_document_is_answered_as_documented() {
    let world = World::new().await;
    let (ann, bob, admin, anyone) = (world.buyer("ann"), world.buyer("bob"), world.admin(), world.anyone());
    let mut own = Own::events(&world, &ann).await;
    let operations = operations();
    let mut unsent = examples(&operations);
    for (who, operation, example) in ORDER {
        let person = match who {
            "ann" => &ann,
            "bob" => &bob,
            "admin" => &admin,
            _ => &anyone,
        };
        let found = operations.get(operation).unwrap_or_else(|| panic!("docs/openapi.yaml has no {operation}"));
        unsent.remove(&(operation.to_owned(), example.to_owned()));
        if operation == "getDrawPage" {
            until_fixed(&world, &anyone, &own.ids["onsale"]).await;
        }
        send(person, found, example, &mut own).await;
    }
    assert!(unsent.is_empty(), "examples without a place in ORDER: {unsent:?}");
}

/// Waits until it is fixed who takes part in an event's draw.
async fn until_fixed(world: &World, anyone: &Person, event: &str) {
    let deadline = Instant::now() + Duration::from_secs(30) + world.sweep_period();
    while anyone.get(&format!("/queue/{event}/line")).await.ok()["draw"]["entrantsRoot"].is_null() {
        assert!(Instant::now() < deadline, "nobody fixes who takes part");
        sleep(Duration::from_millis(500)).await;
    }
}

/// Sends an example, and expects the status under which the document has an answer of that name, else success.
async fn send(person: &Person, operation: &Operation, example: &str, own: &mut Own) {
    let documents = documents();
    let (path, query) = parameters(operation, own);
    let request =
        person.wire.http.request(operation.method.clone(), format!("{}{path}", person.wire.base)).query(&query);
    let request = match &person.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let (status, answer) = documented_answer(operation, example);
    if operation.method == Method::HEAD {
        assert_eq!(without_body(request).await.0, status, "HEAD {path}");
        return;
    }
    let answers = documents.at(&format!("{}/responses/200", operation.pointer));
    if answers.is_some_and(|answer| answer["content"].get("text/event-stream").is_some()) {
        stream(request, status).await;
        return;
    }
    let content = format!("{}/requestBody/content/application~1json", operation.pointer);
    let body = (!example.is_empty()).then(|| documents.at(&format!("{content}/examples/{example}/value")).unwrap());
    let request = match body {
        Some(body) => request.json(&own.of(body)),
        None => request,
    };
    let got = Answer::of(request).await;
    assert_eq!(got.status, status, "{}", got.story(&format!("{status}, as the example {example} is documented")));
    compare(&got, answer, own);
}

/// Holds an answer against the documented one, and learns from it what later examples need.
fn compare(got: &Answer, documented: Option<&Value>, own: &mut Own) {
    if let Some(documented) = documented.map(|answer| own.of(answer)) {
        let names = |value: &Value| -> BTreeSet<String> {
            value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(got.body["code"], documented["code"], "{}", got.story("the documented code"));
        assert_eq!(names(&got.body["data"]), names(&documented["data"]), "{}", got.story("the documented fields"));
        own.learn(&documented, &got.body);
    }
}

/// Sends a request that is answered with events, and holds the answer against the document as every other is.
async fn stream(request: RequestBuilder, status: u16) {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let (asked, documented) = (request.url().to_string(), Asked::of(&request));
    let response = client.execute(request).await.unwrap();
    let (got, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    assert_eq!((got, documented.differences(got, &headers, &text)), (status, None), "{asked}: {text:?}");
    assert!(text.contains("\ndata: "), "{asked}: {text:?}");
}

/// The status that an example is documented to get, with the documented answer where there is one.
fn documented_answer<'a>(operation: &Operation, example: &str) -> (u16, Option<&'a Value>) {
    let documents = documents();
    let responses =
        documents.http.pointer(&format!("{}/responses", operation.pointer)).and_then(Value::as_object).unwrap();
    let of_status = |status: &str| {
        let pointer = documents.found(&format!("{}/responses/{status}", operation.pointer))?;
        documents.http.pointer(&format!("{pointer}/content/application~1json/examples/{example}/value"))
    };
    let named = responses.keys().find_map(|status| Some((status, of_status(status)?)));
    match named.filter(|_| !example.is_empty()) {
        Some((status, answer)) => (status.parse().unwrap(), Some(answer)),
        None => (200, None),
    }
}

/// The path with this run's ids, and those parameters of the query that have an example.
fn parameters(operation: &Operation, own: &Own) -> (String, Vec<(String, String)>) {
    let documents = documents();
    let (mut path, mut query) = (operation.path.clone(), Vec::new());
    let of_path = format!("/paths/{}/parameters", escaped(&operation.path));
    let listed = documents.http.pointer(&of_path).and_then(Value::as_array).map_or(0, Vec::len);
    for parameter in (0..listed).map(|at| documents.at(&format!("{of_path}/{at}")).unwrap()) {
        let examples = [&parameter["examples"], &parameter["content"]["application/json"]["examples"]];
        let example = examples.into_iter().filter_map(Value::as_object).flat_map(|examples| examples.values()).next();
        let Some(value) = example.map(|example| own.of(&example["value"])) else { continue };
        let (name, text) =
            (parameter["name"].as_str().unwrap(), value.as_str().map_or(value.to_string(), str::to_owned));
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &text),
            _ => query.push((name.to_owned(), text)),
        }
    }
    (path, query)
}

/// Every operation of the document, by its id.
fn operations() -> HashMap<String, Operation> {
    let mut found = HashMap::new();
    for (path, item) in documents().http["paths"].as_object().unwrap() {
        for method in METHODS.into_iter().filter(|method| item.get(*method).is_some()) {
            let pointer = format!("/paths/{}/{method}", escaped(path));
            let id = item[method]["operationId"].as_str().unwrap_or_else(|| panic!("{pointer} has no operationId"));
            let method = method.to_uppercase().parse().unwrap();
            found.insert(id.to_owned(), Operation { pointer, path: path.clone(), method });
        }
    }
    found
}

/// Every example of a body, and each operation that has none, or that does without a body.
fn examples(operations: &HashMap<String, Operation>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (id, operation) in operations {
        let body = documents().http.pointer(&format!("{}/requestBody", operation.pointer));
        let examples = body.and_then(|body| body["content"]["application/json"]["examples"].as_object());
        found.extend(examples.into_iter().flatten().map(|(name, _)| (id.clone(), name.clone())));
        if body.is_none_or(|body| body["required"] != true) {
            found.insert((id.clone(), String::new()));
        }
    }
    found
}

#[tokio::test]
async fn every_example_of_the_socket_document_is_answered_as_documented() {
    let world = World::new().await;
    let ann = world.buyer("ann");
    let own = Own::events(&world, &ann).await;
    let messages = &documents().socket["components"]["messages"];
    let mut unsent: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (name, message) in messages.as_object().unwrap().iter().filter(|(_, message)| is_action(message)) {
        let examples = message["examples"].as_array().into_iter().flatten();
        let before = unsent.len();
        unsent.extend(examples.map(|example| (name.as_str(), example["name"].as_str().unwrap())));
        assert!(unsent.len() > before, "the action {name} has no example");
    }
    let mut connection = ann.connect().await;
    for (message, name, answer) in MESSAGES {
        let examples = messages[message]["examples"].as_array().into_iter().flatten();
        let example = examples.clone().find(|example| example["name"] == name);
        let example = example.unwrap_or_else(|| panic!("docs/asyncapi.yaml has no example {name} of {message}"));
        assert_eq!(example["summary"], format!("Answered by `{answer}`"), "{message}, {name}");
        let said = own.of(&example["payload"]);
        connection.say(&said).await;
        let is_answer = |frame: &Value| frame["requestId"] == said["requestId"] && frame["type"] == answer;
        connection.frame(&format!("{answer}, as the example {name} of {message} is documented"), is_answer).await;
        unsent.remove(&(message, name));
    }
    assert!(unsent.is_empty(), "examples without a place in MESSAGES: {unsent:?}");
    for pushed in ["seat:status:changed", "seats:booked"] {
        connection.frame_of(pushed).await;
    }
}

#[test]
fn every_example_of_an_answer_and_of_a_frame_is_as_its_schema_has_it() {
    let documents = documents();
    let mut count = 0;
    let mut held = |document: &str, content: String, content_value: &Value| {
        for (name, example) in content_value["examples"].as_object().into_iter().flatten() {
            let difference = documents.value_differs(document, &format!("{content}/schema"), &example["value"]);
            assert_eq!(difference, None, "docs/{document}{content}/examples/{name}");
            count += 1;
        }
    };
    for operation in operations().values() {
        let of_body = format!("{}/requestBody/content/application~1json", operation.pointer);
        let is_wrong_on_purpose = |name: &str| documented_answer(operation, name).0 == 400;
        if let Some(Value::Object(content)) = documents.http.pointer(&of_body) {
            let mut content = content.clone();
            if let Some(Value::Object(examples)) = content.get_mut("examples") {
                examples.retain(|name, _| !is_wrong_on_purpose(name));
            }
            held("openapi.yaml", of_body, &Value::Object(content));
        }
        let responses = documents.http.pointer(&format!("{}/responses", operation.pointer)).and_then(Value::as_object);
        for status in responses.unwrap().keys() {
            let pointer = documents.found(&format!("{}/responses/{status}", operation.pointer)).unwrap();
            let content = format!("{pointer}/content/application~1json");
            if let Some(value) = documents.http.pointer(&content) {
                held("openapi.yaml", content, value);
            }
        }
    }
    for (name, message) in documents.socket["components"]["messages"].as_object().unwrap() {
        for example in message["examples"].as_array().into_iter().flatten() {
            let pointer = format!("/components/messages/{name}/payload");
            assert_eq!(
                documents.value_differs("asyncapi.yaml", &pointer, &example["payload"]),
                None,
                "{name}: {example}"
            );
            count += 1;
        }
    }
    assert!(count > 60, "{count} examples");
}

fn is_action(message: &Value) -> bool {
    message["payload"]["properties"].get("action").is_some()
}

/// Rows of twenty seats, `A1` and so on.
fn rows(letters: &[&str]) -> Value {
    let seat = |letter: &str, at: usize, number: usize| {
        json!({"id": format!("{letter}{number}"), "categoryId": "standard", "rowLabel": letter, "seatNumber": number,
               "position": {"x": 30 * number, "y": 40 * at}, "size": {"x": 24, "y": 24}})
    };
    let of_row = |(at, letter): (usize, &&str)| (1..=20).map(|number| seat(letter, at, number)).collect::<Vec<_>>();
    let seats: Vec<Value> = letters.iter().enumerate().flat_map(of_row).collect();
    let categories = json!([{"id": "standard", "name": "Standard", "color": "#4CAF50", "price": 12.5}]);
    json!({"name": "Rows", "canvasW": 700, "canvasH": 200, "categories": categories, "seats": seats})
}

/// A stand of a row of seats behind an area where people stand.
fn field() -> Value {
    let mut field = rows(&["A"]);
    field["categories"] = json!([{"id": "standard", "name": "Standing", "color": "#88ff88", "price": 89},
                                 {"id": "stand", "name": "Stand", "color": "#8888ff", "price": 60}]);
    for seat in field["seats"].as_array_mut().into_iter().flatten() {
        seat["categoryId"] = json!("stand");
    }
    let shape = json!({"x": 0, "y": 100, "width": 700, "height": 100});
    field["areas"] =
        json!([{"id": "front", "name": "Front", "capacity": 100, "categoryId": "standard", "shape": shape}]);
    field
}
