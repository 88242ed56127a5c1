//! The waiting room in an event's document.

use crate::fields::{Fields, json};
use crate::office::admin::WantedDraw;
use domain::beacon::BeaconRound;
use domain::clock::Moment;
use domain::hex;
use domain::limits::{
    ADMIT_PER_MINUTE_MAX, BEACON_ROUND_MAX, MAX_ACTIVE_MAX, PASS_MINUTES_DEFAULT, PASS_MINUTES_MAX, PRIORITIES_MAX,
    PRIORITY_WEIGHT, SHOWN_CHARS_MAX,
};
use domain::name::{PriorityName, shown};
use domain::refusal::Refusal;
use domain::waiting_room::{Mode, Priority, WaitingRoom};
use serde_json::Value;

const FIELDS: [&str; 7] = ["mode", "admitPerMinute", "maxActive", "opensAt", "draw", "passMinutes", "priorities"];
/// The priority of a room that names none.
const ONLY: &str = "default";

/// Reads a waiting room, without its draw; none where the document has none.
///
/// # Errors
/// `invalid_data`, naming the field.
pub fn waiting_room(fields: &Fields<'_>) -> Result<Option<WaitingRoom>, Refusal> {
    let Some(room) = fields.object("waitingRoom", "waitingRoom.")? else { return Ok(None) };
    room.only(&FIELDS)?;
    let mode = match room.text("mode", SHOWN_CHARS_MAX)? {
        None => return Err(room.refuse("mode", "is missing")),
        Some("off") => Mode::Off,
        Some("on") => Mode::On,
        Some("auto") => Mode::Auto,
        Some(_) => return Err(room.refuse("mode", "must be \"off\", \"on\" or \"auto\"")),
    };
    if mode == Mode::Off && FIELDS[1..].iter().all(|name| room.get(name).is_none()) {
        return Ok(None);
    }
    let rate = room.whole("admitPerMinute", 1..=ADMIT_PER_MINUTE_MAX)?.and_then(|rate| u32::try_from(rate).ok());
    let admit_per_minute = rate.ok_or_else(|| room.refuse("admitPerMinute", "is missing"))?;
    let opens_at = room.text("opensAt", SHOWN_CHARS_MAX)?.map(Moment::parse);
    Ok(Some(WaitingRoom {
        mode,
        admit_per_minute,
        max_active: room.whole("maxActive", 1..=MAX_ACTIVE_MAX)?.and_then(|most| u32::try_from(most).ok()),
        opens_at: opens_at.transpose().map_err(|why| room.refuse("opensAt", why))?,
        draw: None,
        pass_ms: pass_ms(&room)?,
        priorities: priorities(&room)?,
        shards: 1,
    }))
}

/// Reads the draw of a waiting room; none where it has none.
///
/// # Errors
/// `invalid_data`, naming the field.
pub fn draw(fields: &Fields<'_>) -> Result<Option<WantedDraw>, Refusal> {
    let Some(room) = fields.object("waitingRoom", "waitingRoom.")? else { return Ok(None) };
    let expected = || room.refuse("draw", "must be true, or an object with a beacon");
    match room.get("draw") {
        None => Ok(None),
        Some(Value::Bool(true)) => Ok(Some(WantedDraw { beacon: None })),
        Some(value) => {
            let draw = Fields::at(value, "waitingRoom.draw.").ok_or_else(expected)?;
            draw.only(&["beacon"])?;
            let beacon = draw.object("beacon", "waitingRoom.draw.beacon.")?;
            let beacon = beacon.ok_or_else(|| draw.refuse("beacon", "is missing"))?;
            Ok(Some(WantedDraw { beacon: Some(round(&beacon)?) }))
        }
    }
}

fn round(beacon: &Fields<'_>) -> Result<BeaconRound, Refusal> {
    beacon.only(&["chain", "round"])?;
    let chain = beacon.text("chain", SHOWN_CHARS_MAX)?.ok_or_else(|| beacon.refuse("chain", "is missing"))?;
    let chain =
        hex::decode(chain).ok_or_else(|| beacon.refuse("chain", "must be a chain's hash, 64 hexadecimal digits"))?;
    let round = beacon.whole("round", 1..=BEACON_ROUND_MAX)?.ok_or_else(|| beacon.refuse("round", "is missing"))?;
    Ok(BeaconRound { chain, round })
}

#[allow(clippy::cast_possible_truncation)] // bounded before
fn pass_ms(room: &Fields<'_>) -> Result<i64, Refusal> {
    let minutes = match room.get("passMinutes") {
        None => PASS_MINUTES_DEFAULT,
        Some(value) => {
            value.as_f64().filter(|minutes| *minutes > 0.0 && *minutes <= PASS_MINUTES_MAX).ok_or_else(|| {
                room.refuse("passMinutes", format!("must be a number above 0, and at most {PASS_MINUTES_MAX}"))
            })?
        }
    };
    Ok(((minutes * 60_000.0).round() as i64).max(1))
}

fn priorities(room: &Fields<'_>) -> Result<Vec<Priority>, Refusal> {
    let name = "priorities";
    let Some(value) = room.get(name) else {
        return Ok(vec![Priority { name: PriorityName::parse(ONLY).map_err(Refusal::invalid)?, weight: 1 }]);
    };
    let expected = || room.refuse(name, format!("must be an object of 1 to {PRIORITIES_MAX} priorities, name: weight"));
    let object =
        value.as_object().filter(|object| (1..=PRIORITIES_MAX).contains(&object.len())).ok_or_else(expected)?;
    let mut priorities: Vec<Priority> = Vec::with_capacity(object.len());
    for (key, value) in object {
        let refuse = |why: String| room.refuse(&format!("{name}.{}", shown(key, SHOWN_CHARS_MAX)), why);
        let parsed = PriorityName::parse(key).map_err(|why| refuse(format!("is no priority: a name {why}")))?;
        let (least, most) = (PRIORITY_WEIGHT.start(), PRIORITY_WEIGHT.end());
        let weight = json::whole(value).filter(|weight| PRIORITY_WEIGHT.contains(weight));
        let weight = weight.and_then(|weight| u32::try_from(weight).ok());
        let weight = weight.ok_or_else(|| refuse(format!("must be a whole number from {least} to {most}")))?;
        if priorities.iter().any(|known| known.name == parsed) {
            return Err(refuse("is named twice".to_owned()));
        }
        priorities.push(Priority { name: parsed, weight });
    }
    Ok(priorities)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(room: Value) -> Result<Option<WaitingRoom>, Refusal> {
        let body = json!({ "waitingRoom": room });
        waiting_room(&Fields::of(&body).unwrap())
    }

    #[test]
    fn a_room_says_how_many_come_in_and_the_rest_is_as_usual() {
        let room = read(json!({ "mode": "on", "admitPerMinute": 60 })).unwrap().unwrap();
        assert_eq!((room.mode, room.admit_per_minute, room.max_active), (Mode::On, 60, None));
        assert_eq!((room.pass_ms, room.opens_at, room.shards), (900_000, None, 1));
        assert_eq!(room.priorities.iter().map(|p| (p.name.as_str(), p.weight)).collect::<Vec<_>>(), [("default", 1)]);
        let room = read(json!({
            "mode": "auto", "admitPerMinute": 1, "maxActive": 3, "passMinutes": 0.5,
            "opensAt": "2030-01-01T00:00:00Z", "priorities": { "fans": 3, "all": 1 },
        }));
        let room = room.unwrap().unwrap();
        assert_eq!((room.mode, room.max_active, room.pass_ms), (Mode::Auto, Some(3), 30_000));
        assert_eq!((room.priorities.len(), room.opens_at.unwrap().rfc3339().as_str()), (2, "2030-01-01T00:00:00.000Z"));
        assert_eq!(read(json!({ "mode": "off", "admitPerMinute": 60 })).unwrap().unwrap().mode, Mode::Off);
        assert_eq!(read(json!({ "mode": "off" })).unwrap(), None);
        assert_eq!(read(Value::Null).unwrap(), None);
    }

    fn read_draw(wanted: Value) -> Result<Option<WantedDraw>, Refusal> {
        let body = json!({ "waitingRoom": { "mode": "on", "admitPerMinute": 60, "draw": wanted } });
        waiting_room(&Fields::of(&body).unwrap())?;
        draw(&Fields::of(&body).unwrap())
    }

    #[test]
    fn a_draw_is_true_or_names_the_round_of_a_beacon() {
        let chain = "0a".repeat(32);
        assert_eq!(read_draw(json!(true)).unwrap(), Some(WantedDraw { beacon: None }));
        assert_eq!(read_draw(Value::Null).unwrap(), None);
        let named = read_draw(json!({ "beacon": { "chain": chain, "round": 7 } })).unwrap();
        assert_eq!(named, Some(WantedDraw { beacon: Some(BeaconRound { chain: [10; 32], round: 7 }) }));
        for (wrong, why) in [
            (json!(false), "waitingRoom.draw must be true, or an object with a beacon"),
            (json!("yes"), "waitingRoom.draw must be true, or an object with a beacon"),
            (json!({}), "waitingRoom.draw.beacon is missing"),
            (json!({ "seed": "00" }), "waitingRoom.draw.seed is not a known field here"),
            (json!({ "beacon": true }), "waitingRoom.draw.beacon must be an object"),
            (json!({ "beacon": { "round": 7 } }), "waitingRoom.draw.beacon.chain is missing"),
            (
                json!({ "beacon": { "chain": "0a", "round": 7 } }),
                "waitingRoom.draw.beacon.chain must be a chain's hash, 64 hexadecimal digits",
            ),
            (json!({ "beacon": { "chain": chain } }), "waitingRoom.draw.beacon.round is missing"),
            (
                json!({ "beacon": { "chain": chain, "round": 0 } }),
                "waitingRoom.draw.beacon.round must be a whole number from 1 to 9007199254740991",
            ),
            (
                json!({ "beacon": { "chain": chain, "round": 1, "url": "" } }),
                "waitingRoom.draw.beacon.url is not a known field here",
            ),
        ] {
            assert_eq!(read_draw(wrong).unwrap_err().message, why);
        }
    }

    #[test]
    fn each_field_that_is_wrong_is_named() {
        let with = |name: &str, value: Value| {
            let mut room = json!({ "mode": "on", "admitPerMinute": 60 });
            room[name] = value;
            read(room).unwrap_err().message
        };
        for (name, value, why) in [
            ("mode", json!("yes"), "waitingRoom.mode must be \"off\", \"on\" or \"auto\""),
            ("mode", Value::Null, "waitingRoom.mode is missing"),
            ("admitPerMinute", Value::Null, "waitingRoom.admitPerMinute is missing"),
            ("admitPerMinute", json!(0), "waitingRoom.admitPerMinute must be a whole number from 1 to 600000"),
            ("admitPerMinute", json!(1.5), "waitingRoom.admitPerMinute must be a whole number from 1 to 600000"),
            ("maxActive", json!(0), "waitingRoom.maxActive must be a whole number from 1 to 10000000"),
            ("opensAt", json!("noon"), "waitingRoom.opensAt must be a time such as 2026-01-31T19:30:00.000Z"),
            ("passMinutes", json!(0), "waitingRoom.passMinutes must be a number above 0, and at most 120"),
            ("passMinutes", json!(121), "waitingRoom.passMinutes must be a number above 0, and at most 120"),
            ("priorities", json!({}), "waitingRoom.priorities must be an object of 1 to 10 priorities, name: weight"),
            ("priorities", json!({ "a": 0 }), "waitingRoom.priorities.a must be a whole number from 1 to 1000"),
            ("priorities", json!({ "a\u{301}": 1, "\u{e1}": 2 }), "waitingRoom.priorities.á is named twice"),
            ("admitPerMinutes", json!(1), "waitingRoom.admitPerMinutes is not a known field here"),
        ] {
            let message = with(name, value);
            assert_eq!(message.replace("a\u{301}", "\u{e1}"), why, "{name}");
        }
    }
}
