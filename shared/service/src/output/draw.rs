//! A draw as clients read it: nothing in it names anybody.

use domain::digest::Digest;
use domain::hex;
use domain::name::{EventId, PriorityName};
use domain::outcome::Done;
use domain::queue::draw::chunk::Inclusion;
use domain::queue::draw::lot::{Lot, Phase};
use domain::waiting_room::{Draw, WaitingRoom};
use serde_json::{Map, Value, json};

/// A room's draw in the line, as far as it has come.
#[must_use]
pub fn line(room: &WaitingRoom, draw: &Draw, lot: &Lot) -> Value {
    let mut data = json!({ "commitment": draw.commitment, "entrants": lot.entrants() });
    if let Some(trees) = lot.trees() {
        let root = |name: &PriorityName| trees.get(name).map_or_else(|| Digest::of(&[]), |tree| tree.root);
        let names = room.priorities.iter().map(|priority| &priority.name).chain(trees.keys());
        let roots: Map<String, Value> = names.map(|name| (name.to_string(), root(name).to_string().into())).collect();
        data["entrantsRoot"] = roots.into();
    }
    let published = match &lot.phase {
        Phase::Gathering { .. } => None,
        Phase::Fixed { beacon, .. } => beacon.as_ref(),
        Phase::Drawn { seed, beacon, .. } => {
            data["seed"] = seed.to_string().into();
            beacon.as_ref()
        }
    };
    if let Some(named) = &draw.beacon {
        data["beacon"] = json!({ "chain": hex::encode(&named.chain), "round": named.round });
        match published {
            Some(published) => {
                data["beacon"]["randomness"] = hex::encode(&published.randomness).into();
                data["beacon"]["signature"] = hex::encode(&published.signature).into();
            }
            None if lot.trees().is_some() => data["waitingFor"] = "beacon".into(),
            None => {}
        }
    }
    data
}

/// What an event's document says of its draw.
#[must_use]
pub fn document(draw: &Draw) -> Value {
    match &draw.beacon {
        None => true.into(),
        Some(named) => json!({ "beacon": { "chain": hex::encode(&named.chain), "round": named.round } }),
    }
}

/// That a buyer takes part.
#[must_use]
pub fn inclusion(inclusion: &Inclusion) -> Value {
    let Inclusion { leaf_index, tree_size, path } = inclusion;
    json!({ "leafIndex": leaf_index, "treeSize": tree_size, "path": path })
}

/// One of so many pages of the leaves of all who take part.
#[must_use]
pub fn page(
    event: &EventId,
    (page, pages): (usize, usize),
    entrants: usize,
    listed: &[(PriorityName, Vec<Digest>)],
) -> Done {
    let by_priority: Map<String, Value> =
        listed.iter().map(|(priority, leaves)| (priority.to_string(), json!(leaves))).collect();
    let data = json!({
        "eventId": event.as_str(), "page": page, "pages": pages, "entrants": entrants, "byPriority": by_priority,
    });
    Done { message: String::new(), data }
}
