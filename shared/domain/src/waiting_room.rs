//! What an event says of its waiting room.

use crate::beacon::BeaconRound;
use crate::clock::Moment;
use crate::digest::Digest;
use crate::name::{BuyerId, PriorityName};
use serde::{Deserialize, Serialize};

/// When a waiting room is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Never.
    #[default]
    Off,
    /// Always.
    On,
    /// While more buyers come than may be inside.
    Auto,
}

impl Mode {
    /// The word that clients read and write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Off => "off",
            Mode::On => "on",
            Mode::Auto => "auto",
        }
    }
}

/// A priority, and its share of the rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// Its name, which a token's claim `priority` names.
    pub name: PriorityName,
    /// Its weight, 1 or more.
    pub weight: u32,
}

/// What an event says of its draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// SHA-256 of the seed. It names the draw: where the draw or the opening changes there is a new one.
    pub commitment: Digest,
    /// The round of public randomness that decides with the seed, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beacon: Option<BeaconRound>,
}

/// An event's waiting room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitingRoom {
    /// When it is needed.
    pub mode: Mode,
    /// Buyers that it lets in each minute, 1 or more.
    pub admit_per_minute: u32,
    /// Buyers that may be inside at once; none does not limit them.
    #[serde(default)]
    pub max_active: Option<u32>,
    /// When it lets in the first, where that is not when sales open.
    #[serde(default)]
    pub opens_at: Option<Moment>,
    /// The draw among those who come before that, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<Draw>,
    /// How long a pass is good, in milliseconds.
    pub pass_ms: i64,
    /// Who shares the rate; one at least.
    pub priorities: Vec<Priority>,
    /// Counters that give the numbers; fixed with the room's first document, since a number is made of its counter's.
    pub shards: u32,
}

impl WaitingRoom {
    /// The priority of a buyer whose token claims this one; where it claims none that the room has, the lowest.
    #[must_use]
    pub fn priority(&self, claimed: Option<&str>) -> Option<&Priority> {
        let named = self.priorities.iter().find(|known| claimed == Some(known.name.as_str()));
        named.or_else(|| self.priorities.iter().min_by_key(|known| (known.weight, &known.name)))
    }

    /// How many may be inside at once; none does not limit them. An automatic room has a limit in any case, since it closes
    /// its door at that: as many as come in while a pass is good.
    #[must_use]
    pub fn most_active(&self) -> Option<u64> {
        let at_full_rate = || u64::from(self.admit_per_minute) * self.pass_ms.unsigned_abs() / 60_000;
        match (self.max_active, self.mode) {
            (Some(most), _) => Some(u64::from(most)),
            (None, Mode::Auto) => Some(at_full_rate().max(1)),
            (None, Mode::On | Mode::Off) => None,
        }
    }

    /// The counter that gives a buyer a number, and the partition of the buyer's place. It follows from the buyer's id, so
    /// nobody can choose one.
    #[must_use]
    pub fn shard(&self, buyer: &BuyerId) -> u32 {
        crc32fast::hash(buyer.as_str().as_bytes()) % self.shards.max(1)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn priorities(weights: &[(&str, u32)]) -> Vec<Priority> {
        let one = |(name, weight): &(&str, u32)| Priority { name: PriorityName::parse(name).unwrap(), weight: *weight };
        weights.iter().map(one).collect()
    }

    pub(crate) fn room(mode: Mode, admit_per_minute: u32, max_active: Option<u32>) -> WaitingRoom {
        WaitingRoom {
            mode,
            admit_per_minute,
            max_active,
            opens_at: None,
            draw: None,
            pass_ms: 900_000,
            priorities: priorities(&[("default", 1)]),
            shards: 1,
        }
    }

    #[test]
    fn who_claims_no_priority_that_the_room_has_is_of_the_lowest() {
        let room =
            WaitingRoom { priorities: priorities(&[("fans", 3), ("b", 1), ("a", 1)]), ..room(Mode::On, 60, None) };
        let of = |claimed| room.priority(claimed).unwrap().name.to_string();
        assert_eq!((of(Some("fans")), of(None), of(Some("vip"))), ("fans".into(), "a".into(), "a".into()));
    }

    #[test]
    fn an_automatic_room_has_a_limit_also_where_none_is_set() {
        assert_eq!(room(Mode::Auto, 60, None).most_active(), Some(900), "a minute's rate for fifteen minutes");
        assert_eq!(room(Mode::Auto, 60, Some(7)).most_active(), Some(7));
        assert_eq!(room(Mode::On, 60, None).most_active(), None);
    }
}
