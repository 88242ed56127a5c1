//! What each function's role grants, read from the template.

use crate::template;
use crate::wanted::Wanted;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What Lambda does in a function's name: it writes the log, reads the stream for an event source mapping, and puts batches that
/// failed into the queue. No function asks for these itself, so no suite sees them used.
pub const LAMBDAS_OWN: [&str; 7] = [
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:SendMessage",
];

/// Every connection of this stack's WebSocket API, to post to.
const CONNECTIONS: &str =
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebSocketApi}/ws/POST/@connections/*";

/// Kinds of resources that could give a role more rights than it says itself.
const POLICIES: [&str; 4] =
    ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy", "AWS::DynamoDB::ResourcePolicy"];

/// What a right is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// The table itself.
    Table,
    /// One of its indexes.
    Index(String),
    /// A secret, by its name in the template.
    Secret(String),
    /// The connections of the WebSocket API.
    Connections,
    /// What Lambda alone uses: the function's log, the table's stream, the queue of failures.
    Lambdas(String),
}

/// One statement of a role.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Actions with their service: `dynamodb:GetItem`.
    pub actions: BTreeSet<String>,
    /// What they are allowed on.
    pub things: BTreeSet<Thing>,
    /// Patterns of partition keys, in which `*` is any text; none where keys are not asked.
    pub keys: Vec<String>,
}

/// The statements of each function's role, by the name of its binary.
#[derive(Debug)]
pub struct Grants(BTreeMap<String, Vec<Statement>>);

impl Grants {
    /// What the template grants.
    ///
    /// # Errors
    /// The template cannot be read, or a statement is not of a form that this understands.
    pub fn read() -> Result<Self, String> {
        let template = template::document()?;
        let resources = template["Resources"].as_object().ok_or("the template has no resources")?;
        if let Some((name, _)) = resources.iter().find(|(_, one)| POLICIES.iter().any(|kind| one["Type"] == *kind)) {
            return Err(format!("{name} is a policy beside the roles, of which nothing is known here"));
        }
        let functions = resources.values().filter(|one| one["Type"] == "AWS::Serverless::Function");
        let grants = functions.map(|function| {
            let name = template::binary(function).ok_or("a function without a binary")?;
            let role = function["Properties"]["Role"]["!GetAtt"].as_str().and_then(|role| role.strip_suffix(".Arn"));
            let role =
                role.and_then(|role| resources.get(role)).ok_or_else(|| format!("{name} has no role of its own"))?;
            Ok((name.to_owned(), statements(name, role)?))
        });
        grants.collect::<Result<_, String>>().map(Self)
    }

    /// The statements of one function.
    #[must_use]
    pub fn of(&self, function: &str) -> &[Statement] {
        self.0.get(function).map(Vec::as_slice).unwrap_or_default()
    }

    /// The functions.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a function may do this to the table: one statement must allow it for all of its keys.
    #[must_use]
    pub fn allow(&self, function: &str, wanted: &Wanted) -> bool {
        let (action, thing) = (format!("dynamodb:{}", wanted.action), Thing::of(wanted));
        self.of(function).iter().any(|statement| {
            let fits = |key: &String| statement.keys.iter().any(|pattern| is_like(pattern, key));
            statement.actions.contains(&action) && statement.things.contains(&thing) && wanted.keys.iter().all(fits)
        })
    }
}

impl Thing {
    /// What a request to DynamoDB is about.
    #[must_use]
    pub fn of(wanted: &Wanted) -> Self {
        wanted.index.clone().map_or(Self::Table, Self::Index)
    }

    /// The thing that an action is allowed on, by the resource as the role of `function` spells it.
    fn read(function: &str, action: &str, resource: &str) -> Option<Self> {
        if LAMBDAS_OWN.contains(&action) {
            return lambdas(function, action, resource).then(|| Self::Lambdas(resource.to_owned()));
        }
        match action.split_once(':')?.0 {
            "dynamodb" if resource == "Table.Arn" => Some(Self::Table),
            "dynamodb" => resource.strip_prefix("${Table.Arn}/index/").map(|index| Self::Index(index.to_owned())),
            // A secret of the stack's and the one that takes its place have one name: `JwtSecret.Id`, `JwtSecretArn`.
            "secretsmanager" => {
                resource.strip_suffix(".Id").or(resource.strip_suffix("Arn")).map(|name| Self::Secret(name.to_owned()))
            }
            "execute-api" if resource == CONNECTIONS => Some(Self::Connections),
            _ => None,
        }
    }
}

/// Whether a resource is the very one on which Lambda needs the action for a function.
fn lambdas(function: &str, action: &str, resource: &str) -> bool {
    match action {
        "logs:CreateLogStream" | "logs:PutLogEvents" => {
            resource.strip_suffix("Logs.Arn").is_some_and(|name| name.to_lowercase() == function)
        }
        "dynamodb:ListStreams" => resource == "${Table.Arn}/stream/*",
        "sqs:SendMessage" => resource == "StreamFailures.Arn",
        _ => resource == "Table.StreamArn",
    }
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Table => f.write_str("the table"),
            Self::Index(name) => write!(f, "the index {name}"),
            Self::Secret(name) => write!(f, "the secret {name}"),
            Self::Connections => f.write_str("the connections"),
            Self::Lambdas(what) => f.write_str(what),
        }
    }
}

fn statements(function: &str, role: &Value) -> Result<Vec<Statement>, String> {
    // Whatever else a role has could grant more than its statements do.
    let mut properties = role["Properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    if let Some(other) = properties.find(|name| !["AssumeRolePolicyDocument", "Policies"].contains(name)) {
        return Err(format!("{function}: its role has {other}, of which nothing is known here"));
    }
    let policies = role["Properties"]["Policies"].as_array().into_iter().flatten();
    let listed = policies.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().into_iter().flatten());
    let granted = listed.flat_map(branches);
    granted.map(|one| statement(function, one).ok_or_else(|| format!("{function}: what does {one} allow?"))).collect()
}

/// A value, or both of a choice, without what is none.
fn branches(value: &Value) -> Vec<&Value> {
    match value["!If"].as_array() {
        Some(choice) => choice.iter().skip(1).flat_map(branches).collect(),
        None if value["!Ref"] == "AWS::NoValue" => Vec::new(),
        None => vec![value],
    }
}

fn statement(function: &str, statement: &Value) -> Option<Statement> {
    let known = ["Effect", "Action", "Resource", "Condition"];
    if statement["Effect"] != "Allow" || statement.as_object()?.keys().any(|name| !known.contains(&name.as_str())) {
        return None;
    }
    let actions = texts(&statement["Action"])?;
    let resources: Vec<&Value> = match &statement["Resource"] {
        Value::Array(all) => all.iter().flat_map(branches).collect(),
        one => branches(one),
    };
    let mut things = BTreeSet::new();
    for resource in resources {
        // `!Ref`, `!GetAtt` and `!Sub` alike: the text behind the tag.
        let text = resource.as_object()?.values().next()?.as_str()?;
        for action in &actions {
            things.insert(Thing::read(function, action, text)?);
        }
    }
    let keys = match &statement["Condition"] {
        Value::Null => Vec::new(),
        condition => {
            let keys = texts(&condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])?;
            // A second condition might turn the meaning of this one around.
            let only = serde_json::json!({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } });
            (*condition == only).then_some(keys)?
        }
    };
    // A right to the table without keys would reach every row.
    let reaches_rows = things.iter().any(|thing| matches!(thing, Thing::Table | Thing::Index(_)));
    let is_understood = reaches_rows != keys.is_empty() && !things.is_empty();
    is_understood.then(|| Statement { actions: actions.into_iter().collect(), things, keys })
}

fn texts(list: &Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

/// IAM's `StringLike`, as far as the template uses it: `*` is any text, none included.
#[must_use]
pub fn is_like(pattern: &str, text: &str) -> bool {
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
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pattern_fits_as_iams_does() {
        for (pattern, text, fits) in [
            ("EVENT#*#*", "EVENT#e1#0", true),
            ("EVENT#*#*", "EVENT#e1", false),
            ("EVENT#*", "EVENT#e1#0", true),
            ("EVENT#*", "EVENTS", false),
            ("EVENTS", "EVENTS", true),
            ("EVENTS", "EVENTS#", false),
            ("BUYER#*", "BUYER#zoë#x", true),
        ] {
            assert_eq!(is_like(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn every_function_has_a_role_of_its_own_in_which_nothing_is_free() {
        let template = template::document().unwrap();
        let resources = template["Resources"].as_object().unwrap();
        let functions = resources.values().filter(|one| one["Type"] == "AWS::Serverless::Function");
        let roles: Vec<&Value> = functions.map(|function| &function["Properties"]["Role"]["!GetAtt"]).collect();
        assert_eq!(roles.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len(), roles.len());
        let grants = Grants::read().unwrap();
        assert_eq!(grants.functions().count(), roles.len());
        for function in grants.functions() {
            for action in grants.of(function).iter().flat_map(|statement| &statement.actions) {
                assert!(!action.contains('*') && action != "dynamodb:Scan", "{function}: {action}");
            }
        }
    }

    #[test]
    fn a_right_beside_a_roles_statements_or_on_more_than_lambda_needs_is_not_understood() {
        let managed = json!({ "Properties": { "Policies": [], "ManagedPolicyArns": ["arn:…/AdministratorAccess"] } });
        assert!(statements("hold", &managed).is_err_and(|why| why.contains("ManagedPolicyArns")));
        let on = |action: &str, resource: &str| {
            let right = json!({ "Effect": "Allow", "Action": [action], "Resource": { "!Sub": resource } });
            statement("hold", &right).is_some()
        };
        assert!(on("logs:PutLogEvents", "HoldLogs.Arn") && !on("logs:PutLogEvents", "AdminLogs.Arn"));
        assert!(on("sqs:SendMessage", "StreamFailures.Arn") && !on("sqs:SendMessage", "*"));
        assert!(on("execute-api:ManageConnections", CONNECTIONS));
        assert!(!on("execute-api:ManageConnections", "arn:aws:execute-api:*/POST/@connections/*"));
        let both = json!({ "!If": ["C", { "Effect": "Allow" }, { "!Ref": "AWS::NoValue" }] });
        assert_eq!(branches(&both).len(), 1);
    }

    #[test]
    fn a_right_that_would_reach_every_row_is_not_understood() {
        let table = json!({ "!GetAtt": "Table.Arn" });
        let keys = json!({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["A#*"] } });
        let right = |action: &str, condition: &Value| {
            let right = json!({ "Effect": "Allow", "Action": [action], "Resource": table, "Condition": condition });
            statement("hold", &right)
        };
        assert!(right("dynamodb:GetItem", &keys).is_some());
        let mut more = keys.clone();
        more["StringEquals"] = json!({ "dynamodb:Select": "COUNT" });
        assert!(right("dynamodb:GetItem", &more).is_none());
        assert!(right("dynamodb:GetItem", &Value::Null).is_none());
        assert!(right("dynamodb:GetItem", &json!({ "StringLike": { "dynamodb:LeadingKeys": ["A#*"] } })).is_none());
        assert!(right("s3:GetObject", &keys).is_none());
    }
}
