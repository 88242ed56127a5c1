//! What each function may not do, whatever its code says.

use super::*;
use crate::template;
use serde_json::json;
use std::collections::BTreeSet;

const HTTP: [&str; 6] = ["hold", "confirm", "release", "layout", "stats", "admin"];
const READS: [&str; 3] = ["GetItem", "BatchGetItem", "Query"];
const WRITES: [&str; 3] = ["PutItem", "UpdateItem", "DeleteItem"];
const SEAT: &str = "EVENT#e1#3";
const SETTINGS: &str = "EVENT#e1";

/// Whether a function may do this on the table with this partition key.
fn may(function: &str, action: &str, key: &str) -> bool {
    may_in(function, action, None, key)
}

fn may_in(function: &str, action: &str, index: Option<&str>, key: &str) -> bool {
    let wanted =
        Wanted { action: action.to_owned(), index: index.map(str::to_owned), keys: BTreeSet::from([key.to_owned()]) };
    GRANTS.as_ref().unwrap().allow(function, &wanted)
}

fn functions() -> Vec<String> {
    template::functions().unwrap().into_keys().collect()
}

#[test]
fn layout_cannot_read_bookings() {
    for function in ["layout", "stats", "broadcast", "outbox", "hold", "sweep"] {
        for key in ["BOOKING#b1", "PAYMENT#7#default#t1"] {
            assert!(READS.iter().all(|action| !may(function, action, key)), "{function} reads {key}");
        }
        for (index, key) in [("byBuyer", "BUYER#ann"), ("byEvent", "BOOKINGS#e1#0")] {
            assert!(!may_in(function, "Query", Some(index), key), "{function} lists bookings {index}");
        }
    }
    assert!(may("layout", "Query", SEAT) && may("layout", "GetItem", "LAYOUT#l1"));
}

#[test]
fn layout_and_stats_write_nothing() {
    for function in ["layout", "stats"] {
        for key in [SEAT, SETTINGS, "BUYER#ann", "BOOKING#b1", "LAYOUT#l1", "CONN#c1", "WATCH#e1#0", "DUE#0", "HEALTH"]
        {
            assert!(WRITES.iter().all(|action| !may(function, action, key)), "{function} writes {key}");
        }
    }
}

#[test]
fn broadcast_cannot_write_seats() {
    for key in [SEAT, SETTINGS, "BUYER#ann", "BOOKING#b1", "CONN#c1"] {
        assert!(WRITES.iter().all(|action| !may("broadcast", action, key)), "{key}");
    }
    assert!(may("broadcast", "Query", SEAT) && may("broadcast", "UpdateItem", "WATCH#e1#0"));
}

#[test]
fn outbox_notes_holds_and_can_do_nothing_else() {
    for key in [
        SEAT,
        SETTINGS,
        "BUYER#ann",
        "BOOKING#b1",
        "LAYOUT#l1",
        "CONN#c1",
        "WATCH#e1#0",
        "CHANGING",
        "DUE#0",
        "AWAY#0",
        "SOCKETS#ann",
    ] {
        // A seat's key begins as that of its event's settings.
        let read = match key {
            SEAT | SETTINGS => vec!["GetItem"],
            "SOCKETS#ann" => vec!["Query"],
            _ => vec![],
        };
        let reads: Vec<&str> = READS.into_iter().filter(|action| may("outbox", action, key)).collect();
        assert_eq!(reads, read, "{key}");
        let writes: Vec<&str> = WRITES.into_iter().filter(|action| may("outbox", action, key)).collect();
        let is_note = ["DUE#0", "AWAY#0"].contains(&key);
        assert_eq!(writes, if is_note { vec!["PutItem"] } else { vec![] }, "{key}");
    }
}

#[test]
fn sweep_takes_notes_off_and_writes_none() {
    assert!(may("sweep", "Query", "DUE#0") && may("sweep", "DeleteItem", "DUE#0"));
    assert!(!may("sweep", "PutItem", "DUE#0") && !may("sweep", "UpdateItem", "DUE#0"));
}

#[test]
fn only_admin_and_sweep_write_the_settings_of_events() {
    for function in functions() {
        let writes = WRITES.iter().any(|action| may(&function, action, SETTINGS));
        assert_eq!(writes, ["admin", "sweep"].contains(&function.as_str()), "{function}");
    }
}

#[test]
fn only_admin_writes_layouts_and_no_function_changes_or_deletes_one() {
    for function in functions() {
        assert_eq!(may(&function, "PutItem", "LAYOUT#l1"), function == "admin", "{function}");
        assert!(!may(&function, "UpdateItem", "LAYOUT#l1") && !may(&function, "DeleteItem", "LAYOUT#l1"), "{function}");
    }
}

#[test]
fn no_function_deletes_what_was_sold_or_held() {
    for function in functions() {
        for key in [SEAT, SETTINGS, "BUYER#ann", "BOOKING#b1", "PAYMENT#7#default#t1", "LAYOUT#l1"] {
            assert!(!may(&function, "DeleteItem", key), "{function} deletes {key}");
        }
    }
}

#[test]
fn only_confirming_functions_write_payments() {
    for function in functions() {
        let writes = WRITES.iter().any(|action| may(&function, action, "PAYMENT#7#default#t1"));
        assert_eq!(writes, ["confirm", "socket"].contains(&function.as_str()), "{function}");
    }
}

#[test]
fn only_socket_and_broadcast_know_who_watches() {
    for function in functions() {
        let knows = READS.iter().chain(&WRITES).any(|action| may(&function, action, "WATCH#e1#0"));
        assert_eq!(knows, ["socket", "broadcast"].contains(&function.as_str()), "{function}");
        let knows = READS.iter().chain(&WRITES).any(|action| may(&function, action, "CONN#c1"));
        assert_eq!(knows, ["socket", "queue"].contains(&function.as_str()), "{function}");
    }
}

#[test]
fn every_function_may_open_its_connection_with_a_read_of_health() {
    for function in functions() {
        assert!(may(&function, "GetItem", "HEALTH"), "{function}");
    }
}

#[test]
fn no_function_scans_or_has_a_right_to_every_key() {
    for function in functions() {
        assert!(!may(&function, "Scan", SEAT), "{function}");
        for action in READS.iter().chain(&WRITES).chain(&["ConditionCheckItem"]) {
            assert!(!may(&function, action, "ANYTHING#x"), "{function} {action}");
        }
    }
}

#[test]
fn only_functions_that_verify_tokens_know_the_secret() {
    for (function, properties) in template::functions().unwrap() {
        let variables = properties["Environment"]["Variables"].as_object().unwrap();
        let knows = variables.keys().filter(|name| name.starts_with("JWT_")).count();
        let verifies = HTTP.contains(&function.as_str()) || ["socket", "queue"].contains(&function.as_str());
        assert_eq!(knows, if verifies { 5 } else { 0 }, "{function}: {:?}", variables.keys());
        assert_eq!(variables.contains_key("ORIGIN_SECRET_ARN"), verifies, "{function}: whoever clients call");
        assert!(variables.contains_key("TABLE_NAME"), "{function}");
    }
}

#[test]
fn two_functions_sign_passes_and_whoever_holds_knows_the_public_key_alone() {
    for (function, properties) in template::functions().unwrap() {
        let variables = properties["Environment"]["Variables"].as_object().unwrap();
        let signs = ["queue", "doorkeeper"].contains(&function.as_str());
        assert_eq!(variables.contains_key("PASS_SIGNING_KEY_ARN"), signs, "{function}");
        let checks = ["hold", "confirm", "socket", "admin"].contains(&function.as_str());
        assert_eq!(variables.contains_key("PASS_PUBLIC_KEYS"), checks, "{function}");
    }
}

#[test]
fn the_doorkeeper_alone_tells_a_line() {
    for function in functions() {
        let tells = WRITES.iter().any(|action| may(&function, action, "QUEUE#e1"));
        assert_eq!(tells, function == "doorkeeper", "{function}");
        let gives = may(&function, "UpdateItem", "QUEUE#e1#COUNT#0");
        assert_eq!(gives, function == "queue", "{function} gives numbers");
    }
}

#[test]
fn a_missing_right_is_named() {
    let seat = json!({ "Key": { "pk": { "S": SEAT }, "sk": { "S": "SEAT#a" } } });
    assert_eq!(missing(Function::Hold, "UpdateItem", &seat), None);
    assert_eq!(
        missing(Function::Broadcast, "UpdateItem", &seat).unwrap(),
        "the role of broadcast does not allow UpdateItem on the table with the keys {\"EVENT#e1#3\"}"
    );
    assert!(missing(Function::Hold, "Scan", &json!({})).unwrap().starts_with("hold sends Scan"));
}
