//! What those cost who watch, and how many can: by socket up to a bound, beyond it by the cached `availability`.

use crate::aws;
use crate::markdown::{Grid, dollars, whole};
use crate::template::Template;
use domain::limits::{AVAILABILITY_POLL_MS, POSTS_BURST};

/// Watchers that are computed.
const WATCHERS: [u32; 4] = [200, 2_000, 10_000, 100_000];
/// Seats of the event.
const SEATS: f64 = crate::sale::SEATS as f64;
/// Bytes of availability for each seat, zipped, where 30 of 100 have changed: the budget of `make bench` is 60 KB for 10,000.
const AVAILABILITY_BYTES: f64 = 60_000.0 / 10_000.0;
/// Bytes of the plan for each seat, zipped, likewise: 120 KB.
const PLAN_BYTES: f64 = 120_000.0 / 10_000.0;
/// The seat map itself, zipped: what its build keeps to.
const MAP_BYTES: f64 = 61_440.0;
/// An answer that says that nothing has changed, in bytes, with its headers.
const UNCHANGED_BYTES: f64 = 300.0;
/// Seconds of the hour in which seats change; in the others nothing does.
const BUSY_SECONDS: f64 = 600.0;
/// Seconds of the hour.
const HOUR_SECONDS: f64 = 3_600.0;
/// How often each watcher reads availability by socket, in seconds, so that what was lost heals: about once a minute.
const HEALS_SECONDS: f64 = 60.0;

/// What an hour of an on-sale costs for its watchers.
///
/// # Errors
/// The template lacks a parameter.
pub fn table(template: &Template) -> Result<String, String> {
    let mut grid = Grid::new(&[
        "watchers",
        "all connected after",
        "a change is with all after",
        "USD by socket",
        "USD by availability",
        "requests a second at the edge",
        "gigabits a second while seats change",
    ]);
    let pace = f64::from(template.number("PostsPerSecond")?);
    for watchers in WATCHERS {
        let many = f64::from(watchers);
        let connected = (many / f64::from(aws::NEW_SOCKETS)).ceil();
        let told = ((many - f64::from(POSTS_BURST)) / pace).max(0.0);
        grid.row([
            whole(many),
            format!("{connected:.0} s"),
            format!("{told:.1} s"),
            dollars(by_socket(many)),
            dollars(by_availability(many)),
            whole(many / poll_seconds()),
            format!("{:.1}", gigabits(many)),
        ]);
    }
    Ok(grid.text(true))
}

/// What it costs a shop that somebody looks at the map once, in dollars: the map, the plan, and availability.
#[must_use]
pub fn visit(seats: f64) -> f64 {
    let bytes = MAP_BYTES + seats * (PLAN_BYTES + AVAILABILITY_BYTES);
    3.0 * aws::EDGE_REQUEST + bytes / 1e9 * aws::EDGE_GB
}

/// A read each second, in dollars for an hour: whole while seats change, and else "unchanged".
fn by_availability(watchers: f64) -> f64 {
    let requests = HOUR_SECONDS / poll_seconds();
    let busy = BUSY_SECONDS / poll_seconds() * SEATS * AVAILABILITY_BYTES;
    let quiet = (HOUR_SECONDS - BUSY_SECONDS) / poll_seconds() * UNCHANGED_BYTES;
    watchers * (requests * aws::EDGE_REQUEST + (busy + quiet) / 1e9 * aws::EDGE_GB)
}

/// An open socket, a frame each second while seats change, and a read of availability each minute, in dollars for an hour.
fn by_socket(watchers: f64) -> f64 {
    let connected = HOUR_SECONDS / 60.0 * aws::SOCKET_MINUTE;
    let frames = BUSY_SECONDS * aws::SOCKET_MESSAGE;
    let busy = BUSY_SECONDS / HEALS_SECONDS * SEATS * AVAILABILITY_BYTES;
    let reads = HOUR_SECONDS / HEALS_SECONDS * aws::EDGE_REQUEST + busy / 1e9 * aws::EDGE_GB;
    watchers * (connected + frames + reads)
}

fn gigabits(watchers: f64) -> f64 {
    watchers / poll_seconds() * SEATS * AVAILABILITY_BYTES * 8.0 / 1e9
}

fn poll_seconds() -> f64 {
    #[allow(clippy::cast_precision_loss)] // a thousand
    let seconds = AVAILABILITY_POLL_MS as f64 / 1_000.0;
    seconds
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_who_follow_availability_are_within_the_edges_quotas() {
        assert!(100_000.0 / poll_seconds() <= f64::from(aws::EDGE_REQUESTS));
        assert!(gigabits(100_000.0) <= f64::from(aws::EDGE_GIGABITS), "{}", gigabits(100_000.0));
    }

    #[test]
    fn as_many_get_frames_as_the_broadcaster_reaches_within_a_second() {
        let template = Template::read().unwrap();
        let most = f64::from(template.number("WatchersPerEvent").unwrap());
        assert!(most <= f64::from(template.number("PostsPerSecond").unwrap()));
        assert!(most <= f64::from(aws::ACCOUNT_CALLS));
    }

    #[test]
    fn twice_the_watchers_cost_twice_as_much_either_way() {
        for of in [by_socket as fn(f64) -> f64, by_availability] {
            assert!((of(2_000.0) / of(1_000.0) - 2.0).abs() < 1e-9);
        }
    }
}
