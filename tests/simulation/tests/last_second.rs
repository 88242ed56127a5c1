//! The end of a hold, millisecond by millisecond, with writes that are on their way across it.

use crate::scenes::{LATE, play};
use serde_json::Value;
use std::time::Duration;

const SEAT: &str = "seat_0_1";
const SKEW: Duration = Duration::from_secs(2);

#[test]
fn a_confirm_counts_until_the_very_end_and_not_a_millisecond_longer() {
    // A request is some milliseconds under way, so that within the last ones either may happen; the checker sees to it
    // that what happens is right.
    let last = (-30..=0).map(|from_end| (from_end, None));
    for (from_end, booked) in
        last.chain([(-1_000, Some(true)), (-50, Some(true)), (1, Some(false)), (1_999, Some(false))])
    {
        play(|scene| async move {
            let end = scene.hold_until("buyer-1", SEAT).await;
            scene.sleep_until(end + from_end).await;
            let told = scene.confirm("buyer-1", Value::Null, None).await;
            let is_booked = told.status == 200;
            assert!(booked.is_none_or(|booked| booked == is_booked), "{from_end} ms from the end: {}", told.body);
            assert!(is_booked || told.body["code"] == "not_held", "{from_end} ms from the end: {}", told.body);
            assert_eq!(scene.seat(SEAT) == "booked", is_booked, "{from_end} ms from the end");
        });
    }
}

#[test]
fn nobody_takes_a_seat_within_the_skew_after_its_hold_its_late_holder_included() {
    for buyer in ["buyer-1", "buyer-2"] {
        for (from_end, taken) in [(-50, false), (1, false), (1_000, false), (1_950, false), (2_001, true)] {
            play(|scene| async move {
                let end = scene.hold_until("buyer-1", SEAT).await;
                scene.sleep_until(end + from_end).await;
                let told = scene.hold(buyer, SEAT).await;
                let may = taken || (buyer == "buyer-1" && from_end < 0);
                assert_eq!(told.status == 200, may, "{buyer}, {from_end} ms from the end: {}", told.body);
                let has_ended = buyer == "buyer-1" && from_end > 0 && !may;
                let says_so = told.body["message"] == "This hold has just ended; try again in 2 s";
                assert_eq!(says_so, has_ended, "{buyer}, {from_end} ms from the end: {}", told.body);
            });
        }
    }
}

/// The hold row does not change when somebody else takes the seats of a hold that is over, so the seat's own condition
/// is all that stands between a late confirm and its next buyer.
#[test]
fn a_confirm_in_time_that_arrives_late_takes_nothing_from_the_next_buyer() {
    for from_end in [-500, -1, 0] {
        play(|scene| async move {
            let end = scene.hold_until("buyer-1", SEAT).await;
            scene.sleep_until(end + from_end).await;
            // Every attempt of the confirm is on its way for three seconds; the rival's hold is not.
            scene.script(&[LATE, LATE, LATE, None, LATE, LATE]);
            let late = scene.confirm("buyer-1", Value::Null, None);
            let rival = async {
                scene.sleep_until(end + 2_600 + from_end).await;
                scene.hold("buyer-2", SEAT).await
            };
            let (late, rival) = tokio::join!(late, rival);
            assert_ne!(late.status, 200, "{}", late.body);
            tokio::time::sleep(4 * SKEW).await;
            assert!(scene.stage.world.goes_on(), "{from_end} ms from the end");
            if rival.status == 200 {
                assert_eq!(scene.seat(SEAT), "held", "{from_end} ms from the end");
            }
        });
    }
}
