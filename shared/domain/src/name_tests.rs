//! Names: look-alikes are one name, what cannot be seen is refused, and what was stored stays as it is.

use super::*;
use proptest::prelude::*;

/// `é` in one character and in two; `ệ` in one, two and three.
const LOOK_ALIKES: [&[&str]; 4] = [
    &["Caf\u{e9} 1", "Cafe\u{301} 1"],
    &["\u{1ec7}", "\u{1eb9}\u{302}", "e\u{323}\u{302}", "e\u{302}\u{323}"],
    &["\u{c5}1", "A\u{30a}1", "\u{212b}1"],
    &["\u{ac01}", "\u{1100}\u{1161}\u{11a8}"],
];

#[test]
fn names_of_the_seeds_are_taken() {
    assert!(EventId::parse("64f123456789abcd12345678").is_ok());
    assert!(SeatId::parse("seat_table_VIP_001_0").is_ok());
    assert!(SeatId::parse("1A").is_ok());
    assert!(SeatId::parse("Parkett Reihe 3 Platz 7").is_ok());
}

#[test]
fn names_that_would_break_a_key_or_a_log_are_refused() {
    for (raw, why) in
        [("", "empty"), ("a#b", "separator"), ("a/b", "path"), ("ä", "not ASCII"), (&"x".repeat(129), "long")]
    {
        assert!(EventId::parse(raw).is_err(), "{why}");
    }
    for (raw, why) in [("", "empty"), (" a", "space"), ("a\n", "control"), (&"ä".repeat(129), "long")] {
        assert!(SeatId::parse(raw).is_err(), "{why}");
    }
}

#[test]
fn names_that_look_alike_are_one_name() {
    for forms in LOOK_ALIKES {
        for form in forms {
            assert_eq!(SeatId::parse(form).unwrap().as_str(), forms[0], "{form:?}");
            assert_eq!(TableId::parse(form).unwrap().as_str(), forms[0], "{form:?}");
            assert_eq!(CategoryId::parse(form).unwrap().as_str(), forms[0], "{form:?}");
        }
    }
    assert_ne!(
        SeatId::parse("K").unwrap(),
        SeatId::parse("\u{41a}").unwrap(),
        "letters of two scripts are two letters"
    );
}

#[test]
fn characters_that_cannot_be_seen_are_refused() {
    for c in ['\u{ad}', '\u{200b}', '\u{200d}', '\u{200e}', '\u{202e}', '\u{2060}', '\u{2066}', '\u{feff}', '\u{e0041}']
    {
        let raw = format!("A{c}1");
        let refused = SeatId::parse(&raw).unwrap_err();
        assert!(refused.contains("no control or invisible format characters"), "{c:?}: {refused}");
        assert!(TableId::parse(&raw).is_err() && CategoryId::parse(&raw).is_err(), "{c:?}");
        assert!(EventId::parse(&raw).is_err() && LayoutId::parse(&raw).is_err(), "{c:?}");
    }
}

#[test]
fn who_buys_is_compared_byte_for_byte() {
    for forms in LOOK_ALIKES {
        for form in forms {
            assert_eq!(BuyerId::parse(form).unwrap().as_str(), *form);
        }
    }
    assert_eq!(BuyerId::parse("a\u{200b}\n").unwrap().as_str(), "a\u{200b}\n");
}

#[test]
fn what_was_stored_before_is_read_as_it_was_stored() {
    for raw in ["Cafe\u{301} 1", "A\u{200b}1", "\u{202e}A1"] {
        assert_eq!(SeatId::stored(raw).unwrap().as_str(), raw);
        assert_eq!(TableId::stored(raw).unwrap().as_str(), raw);
        assert_eq!(serde_json::from_value::<CategoryId>(raw.into()).unwrap().as_str(), raw);
    }
    assert!(SeatId::stored("a\tb").is_err(), "nothing of the kind was ever stored");
}

/// Texts of which many are names and many just are not.
fn near_names() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_.:~-]{0,130}",
        "[a-z#/ %\\PC]{0,6}",
        "[ \u{a0}\u{3000}]?[ä-ö\u{1f4ba}]{0,130}[ \u{2003}]?",
        "[\u{0}-\u{20}\u{7e}-\u{a1}a]{1,4}",
        "[aeoA\u{300}-\u{304}\u{323}\u{e9}\u{212b}\u{1100}\u{1161}\u{11a8}]{1,6}",
        "[a\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{feff}]{1,3}",
        ".{0,140}",
    ]
}

proptest! {
    #[test]
    fn a_stored_name_is_kept_as_it_was_given_wherever_it_comes_from(raw in near_names()) {
        let json = serde_json::Value::from(raw.as_str());
        for (stored, read) in [
            (EventId::stored(&raw).map(String::from), serde_json::from_value::<EventId>(json.clone()).map(String::from)),
            (SeatId::stored(&raw).map(String::from), serde_json::from_value::<SeatId>(json.clone()).map(String::from)),
            (BuyerId::stored(&raw).map(String::from), serde_json::from_value::<BuyerId>(json.clone()).map(String::from)),
        ] {
            prop_assert_eq!(stored.is_ok(), read.is_ok());
            if let (Ok(stored), Ok(read)) = (stored, read) {
                prop_assert_eq!((&stored, &read), (&raw, &raw));
            }
        }
    }

    #[test]
    fn a_name_that_a_client_gave_is_read_back_from_the_table_as_it_is(raw in near_names()) {
        if let Ok(name) = SeatId::parse(&raw) {
            prop_assert_eq!(SeatId::stored(name.as_str()), Ok(name.clone()));
            prop_assert_eq!(SeatId::parse(name.as_str()), Ok(name), "naming it by its stored text finds it");
        }
        if let Ok(buyer) = BuyerId::parse(&raw) {
            prop_assert_eq!(buyer.as_str(), raw.as_str());
        }
    }

    #[test]
    fn every_form_of_a_text_is_the_same_name(raw in near_names()) {
        let forms: [String; 2] = [raw.nfd().collect(), raw.nfc().collect()];
        prop_assert_eq!(SeatId::parse(&forms[0]), SeatId::parse(&forms[1]));
        prop_assert_eq!(SeatId::parse(&raw), SeatId::parse(&forms[0]));
        prop_assert_eq!(one_form(&forms[0]), one_form(&raw));
    }

    #[test]
    fn a_name_inside_a_key_holds_nothing_that_separates_or_escapes(raw in near_names()) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:~".contains(c);
        let fits = !raw.is_empty() && raw.chars().count() <= 128 && raw.chars().all(plain);
        prop_assert_eq!(EventId::parse(&raw).is_ok(), fits);
        prop_assert_eq!(HoldId::parse(&raw).is_ok(), fits);
    }

    #[test]
    fn a_label_is_short_printable_and_looks_like_itself(raw in near_names()) {
        if let Ok(label) = SeatId::parse(&raw) {
            let text = label.as_str();
            prop_assert!((1..=128).contains(&text.chars().count()));
            // Lists of seats are stored with tabs and line feeds between them.
            let is_control = |c: char| c < ' ' || ('\u{7f}'..='\u{9f}').contains(&c);
            prop_assert!(!text.chars().any(is_control));
            let is_invisible = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}');
            prop_assert!(!text.chars().any(is_invisible));
            prop_assert_eq!(text.trim(), text);
            prop_assert_eq!(text.lines().count(), 1);
        }
    }

    #[test]
    fn a_refused_name_says_why_in_words_of_ours(raw in near_names()) {
        for refused in [EventId::parse(&raw).err(), SeatId::parse(&raw).err(), BuyerId::parse(&raw).err()] {
            prop_assert!(refused.is_none_or(|why| why.starts_with("must be 1 to 128 ")));
        }
    }
}
