//! What each function's role lets it do, read from the template, and held against every request that it sends.

use crate::fleet::Function;
use crate::template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// One statement of a role: actions, on the table or on one of its indexes, with partition keys.
#[derive(Clone, Debug)]
pub struct Statement {
    /// `dynamodb:GetItem` and the like, without the service's name.
    pub actions: BTreeSet<String>,
    /// The index; none for the table itself.
    pub index: Option<String>,
    /// Patterns of partition keys, in which `*` is any text.
    pub keys: Vec<String>,
}

/// What one request wants to do of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The action.
    pub action: String,
    /// The index; none for the table itself.
    pub index: Option<String>,
    /// The partition keys, all that the request names for this action.
    pub keys: BTreeSet<String>,
}

/// The statements of each function's role, by its name.
pub struct Rights(BTreeMap<String, Vec<Statement>>);

static RIGHTS: LazyLock<Result<Rights, String>> = LazyLock::new(Rights::read);

impl Rights {
    /// The rights that the template gives.
    ///
    /// # Errors
    /// The template cannot be read, or a statement about the table is not of the form that this understands.
    pub fn read() -> Result<Self, String> {
        let functions = template::functions()?;
        let rights = functions.into_iter().map(|(name, properties)| {
            let policies = properties["Policies"].as_array().into_iter().flatten();
            let statements = policies.flat_map(|policy| policy["Statement"].as_array().into_iter().flatten());
            let of_table = statements.filter(|statement| !statement.to_string().contains("execute-api:"));
            let read = of_table.map(|one| statement(one).ok_or_else(|| format!("{name}: what does {one} allow?")));
            Ok((name.clone(), read.collect::<Result<_, String>>()?))
        });
        rights.collect::<Result<_, String>>().map(Self)
    }

    /// Whether a function may do this: one statement must allow it for all of its keys.
    #[must_use]
    pub fn allow(&self, function: &str, wanted: &Wanted) -> bool {
        let mut statements = self.0.get(function).into_iter().flatten();
        statements.any(|statement| {
            let fits = |key: &String| statement.keys.iter().any(|pattern| is_like(pattern, key));
            statement.actions.contains(&wanted.action)
                && statement.index == wanted.index
                && wanted.keys.iter().all(fits)
        })
    }
}

/// The right that a function's request lacks, as a sentence; none where it has all.
#[must_use]
pub fn missing(function: Function, operation: &str, request: &Value) -> Option<String> {
    let rights = match RIGHTS.as_ref() {
        Ok(rights) => rights,
        Err(why) => return Some(why.clone()),
    };
    let Some(all) = wanted(operation, request) else {
        return Some(format!("{} sends {operation}, and its keys cannot be told: {request}", function.name()));
    };
    let lacking = all.into_iter().find(|wanted| !rights.allow(function.name(), wanted))?;
    let Wanted { action, index, keys } = lacking;
    let place = index.map_or_else(|| "the table".to_owned(), |index| format!("the index {index}"));
    Some(format!("the role of {} does not allow {action} on {place} with the keys {keys:?}", function.name()))
}

fn statement(statement: &Value) -> Option<Statement> {
    if statement["Effect"] != "Allow" {
        return None;
    }
    let index = match statement["Resource"].as_str()? {
        "Table.Arn" => None,
        resource => Some(resource.strip_prefix("${Table.Arn}/index/")?.to_owned()),
    };
    let texts = |list: &Value| -> Option<Vec<String>> {
        list.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let actions = texts(&statement["Action"])?;
    let actions = actions.iter().map(|action| Some(action.strip_prefix("dynamodb:")?.to_owned()));
    let keys = texts(&statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])?;
    Some(Statement { actions: actions.collect::<Option<_>>()?, index, keys })
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

/// IAM's `StringLike`, as far as the template uses it: `*` is any text, none included.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.into_iter().any(|at| is_like(rest, &text[at..]))
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "rights_tests.rs"]
mod tests;
