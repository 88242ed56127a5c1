//! What one request to DynamoDB wants to do: which actions, on the table or an index, with which partition keys.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What one request wants to do of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The action, without the service's name: `GetItem`.
    pub action: String,
    /// The index; none for the table itself.
    pub index: Option<String>,
    /// The partition keys, all that the request names for this action.
    pub keys: BTreeSet<String>,
}

/// What a request wants to do; none where that cannot be told. A transaction and a batch are asked for all keys of an
/// action at once.
#[must_use]
pub fn wanted(operation: &str, request: &Value) -> Option<Vec<Wanted>> {
    let pk = |key: &Value| key["pk"]["S"].as_str().map(str::to_owned);
    let one = |key: String| vec![Wanted { action: operation.to_owned(), index: None, keys: BTreeSet::from([key]) }];
    match operation {
        "GetItem" | "UpdateItem" | "DeleteItem" => pk(&request["Key"]).map(one),
        "PutItem" => pk(&request["Item"]).map(one),
        "BatchGetItem" => {
            let tables = request["RequestItems"].as_object()?.values();
            let keys = tables.flat_map(|table| table["Keys"].as_array().into_iter().flatten());
            let keys = keys.map(pk).collect::<Option<_>>()?;
            Some(vec![Wanted { action: operation.to_owned(), index: None, keys }])
        }
        "Query" => {
            let index = request["IndexName"].as_str().map(str::to_owned);
            let keys = BTreeSet::from([partition(request)?]);
            Some(vec![Wanted { action: operation.to_owned(), index, keys }])
        }
        "TransactWriteItems" => {
            let mut by_action: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
            for item in request["TransactItems"].as_array()? {
                let (kind, write) = item.as_object()?.iter().next()?;
                let (action, key) = match kind.as_str() {
                    "Put" => ("PutItem", &write["Item"]),
                    "Update" => ("UpdateItem", &write["Key"]),
                    "Delete" => ("DeleteItem", &write["Key"]),
                    "ConditionCheck" => ("ConditionCheckItem", &write["Key"]),
                    _ => return None,
                };
                by_action.entry(action).or_default().insert(pk(key)?);
            }
            let wanted = |(action, keys): (&str, _)| Wanted { action: action.to_owned(), index: None, keys };
            Some(by_action.into_iter().map(wanted).collect())
        }
        _ => None,
    }
}

/// The partition that a query reads: the value of the equality that its key condition begins with.
fn partition(query: &Value) -> Option<String> {
    let condition = query["KeyConditionExpression"].as_str()?;
    let (_, value) = condition.split(" AND ").next()?.split_once(" = ")?;
    query["ExpressionAttributeValues"][value]["S"].as_str().map(str::to_owned)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    type Told = (String, Option<String>, Vec<String>);

    fn told(operation: &str, request: &Value) -> Vec<Told> {
        let all = wanted(operation, request).unwrap().into_iter();
        all.map(|one| (one.action, one.index, one.keys.into_iter().collect())).collect()
    }

    fn one(action: &str, keys: &[&str]) -> Told {
        (action.to_owned(), None, keys.iter().map(|&key| key.to_owned()).collect())
    }

    #[test]
    fn a_request_wants_every_key_that_it_names() {
        let key = |pk: &str| json!({ "pk": { "S": pk }, "sk": { "S": "x" } });
        let transaction = json!({ "TransactItems": [
            { "Put": { "Item": key("BUYER#ann") } },
            { "Update": { "Key": key("EVENT#e1#0") } },
            { "Update": { "Key": key("EVENT#e1#1") } },
            { "ConditionCheck": { "Key": key("EVENT#e1") } },
        ] });
        let expected = [
            one("ConditionCheckItem", &["EVENT#e1"]),
            one("PutItem", &["BUYER#ann"]),
            one("UpdateItem", &["EVENT#e1#0", "EVENT#e1#1"]),
        ];
        assert_eq!(told("TransactWriteItems", &transaction), expected);
        let batch = json!({ "RequestItems": { "t": { "Keys": [key("BOOKING#a"), key("BOOKING#b")] } } });
        assert_eq!(told("BatchGetItem", &batch), [one("BatchGetItem", &["BOOKING#a", "BOOKING#b"])]);
        let query = json!({
            "IndexName": "byBuyer", "KeyConditionExpression": "#partition = :partition",
            "ExpressionAttributeValues": { ":partition": { "S": "BUYER#ann" } },
        });
        let of_index = ("Query".to_owned(), Some("byBuyer".to_owned()), vec!["BUYER#ann".to_owned()]);
        assert_eq!(told("Query", &query), [of_index]);
        assert_eq!(wanted("Scan", &json!({})), None);
        assert_eq!(wanted("GetItem", &json!({})), None);
    }
}
