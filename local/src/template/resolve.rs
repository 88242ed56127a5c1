//! CloudFormation's intrinsic functions, as far as a template of this project uses them.
//! An unknown one is an error, not a guess.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// The region that every local address and every event carries.
pub const REGION: &str = "us-east-1";
/// The account that every local ARN carries.
pub const ACCOUNT: &str = "000000000000";

const PSEUDO_PARAMETERS: [(&str, &str); 5] = [
    ("AWS::Region", REGION),
    ("AWS::AccountId", ACCOUNT),
    ("AWS::Partition", "aws"),
    ("AWS::URLSuffix", "amazonaws.com"),
    ("AWS::StackName", "holdfast-local"),
];

/// What the local stack sets where a deployment would have its own.
#[derive(Debug)]
pub struct Overrides {
    pub table_name: String,
    pub parameters: HashMap<String, String>,
}

/// Works out values against one template's parameters, conditions and resources.
pub struct Resolver<'a> {
    names: HashMap<String, String>,
    /// Parameters that are lists.
    lists: HashSet<&'a str>,
    conditions: &'a Value,
    resources: &'a Value,
    table_name: &'a str,
}

impl<'a> Resolver<'a> {
    pub fn new(document: &'a Value, overrides: &'a Overrides) -> Result<Self> {
        let mut names: HashMap<String, String> =
            PSEUDO_PARAMETERS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for (name, parameter) in document["Parameters"].as_object().into_iter().flatten() {
            names.insert(name.clone(), plain(&parameter["Default"]));
        }
        for (name, value) in &overrides.parameters {
            if names.insert(name.clone(), value.clone()).is_none() {
                bail!("the template has no parameter {name}");
            }
        }
        let parameters = document["Parameters"].as_object().into_iter().flatten();
        let lists = parameters.filter(|(_, parameter)| parameter["Type"] == "CommaDelimitedList");
        Ok(Self {
            names,
            lists: lists.map(|(name, _)| name.as_str()).collect(),
            conditions: &document["Conditions"],
            resources: &document["Resources"],
            table_name: &overrides.table_name,
        })
    }

    /// The value with every intrinsic function replaced by its result.
    pub fn resolve(&self, value: &Value) -> Result<Value> {
        match value {
            Value::Object(object) => match intrinsic(object) {
                Some((function, argument)) => self.call(function, argument),
                None => {
                    let fields = object.iter().map(|(key, value)| Ok((key.clone(), self.resolve(value)?)));
                    fields.filter(|field| !matches!(field, Ok((_, Value::Null)))).collect()
                }
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.resolve(item));
                items.filter(|item| !matches!(item, Ok(Value::Null))).collect()
            }
            other => Ok(other.clone()),
        }
    }

    fn call(&self, function: &str, argument: &Value) -> Result<Value> {
        match function {
            // Whatever has this value is left out, as if it were not there.
            "Ref" if argument == "AWS::NoValue" => Ok(Value::Null),
            "Ref" if self.lists.contains(argument.as_str().unwrap_or_default()) => {
                let text = self.reference(argument.as_str().unwrap_or_default())?;
                Ok(text.split(',').map(|item| Value::from(item.trim())).collect())
            }
            "Ref" => Ok(Value::String(self.reference(argument.as_str().unwrap_or_default())?)),
            "Fn::GetAtt" => {
                let (resource, attribute) = pair(argument)?;
                Ok(Value::String(self.attribute(&plain(resource), &plain(attribute))?))
            }
            "Fn::Sub" => Ok(Value::String(self.substitute(argument)?)),
            "Fn::If" => match argument.as_array().map(Vec::as_slice) {
                Some([condition, yes, no]) => self.resolve(if self.condition(&plain(condition))? { yes } else { no }),
                _ => bail!("Fn::If takes a condition and two values"),
            },
            "Fn::Equals" => {
                let (left, right) = pair(argument)?;
                Ok(Value::Bool(plain(&self.resolve(left)?) == plain(&self.resolve(right)?)))
            }
            "Fn::And" => {
                let conditions = argument.as_array().into_iter().flatten().map(|condition| self.resolve(condition));
                Ok(Value::Bool(conditions.collect::<Result<Vec<_>>>()?.iter().all(|holds| *holds == Value::Bool(true))))
            }
            "Fn::Not" => Ok(Value::Bool(self.resolve(&argument[0])? != Value::Bool(true))),
            other => bail!("{other} is not something the local stack can work out"),
        }
    }

    fn condition(&self, name: &str) -> Result<bool> {
        let condition = self.conditions.get(name).with_context(|| format!("no condition {name}"))?;
        Ok(self.resolve(condition)? == Value::Bool(true))
    }

    fn reference(&self, name: &str) -> Result<String> {
        if let Some(value) = self.names.get(name) {
            return Ok(value.clone());
        }
        match self.resource_type(name)? {
            "AWS::DynamoDB::Table" => Ok(self.table_name.to_owned()),
            _ => Ok(name.to_owned()),
        }
    }

    fn attribute(&self, resource: &str, attribute: &str) -> Result<String> {
        let kind = self.resource_type(resource)?;
        Ok(match (kind, attribute) {
            ("AWS::DynamoDB::Table", "Arn") => {
                format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}", self.table_name)
            }
            ("AWS::Serverless::Function", "Arn") => {
                format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{resource}")
            }
            ("AWS::SecretsManager::Secret", "Id") => secret_arn(resource),
            ("AWS::SQS::Queue", "Arn") => format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{resource}"),
            ("AWS::SQS::Queue", "QueueName") => resource.to_owned(),
            // The local stack reads no other attribute; these only have to be there.
            _ => format!("{resource}.{attribute}"),
        })
    }

    fn resource_type(&self, name: &str) -> Result<&str> {
        self.resources[name]["Type"].as_str().with_context(|| format!("neither parameter nor resource: {name}"))
    }

    fn substitute(&self, argument: &Value) -> Result<String> {
        let mut rest = argument.as_str().context("Fn::Sub with a list of values is not supported")?;
        let mut result = String::new();
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').context("Fn::Sub: `${` without `}`")?;
            result.push_str(before);
            match name.split_once('.') {
                Some((resource, attribute)) => result.push_str(&self.attribute(resource, attribute)?),
                None => result.push_str(&self.reference(name)?),
            }
            rest = after;
        }
        result.push_str(rest);
        Ok(result)
    }
}

/// The ARN of a secret of this name.
pub fn secret_arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}")
}

fn intrinsic(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None) if key == "Ref" || key.starts_with("Fn::") => Some((key, value)),
        _ => None,
    }
}

fn pair(argument: &Value) -> Result<(&Value, &Value)> {
    match argument.as_array().map(Vec::as_slice) {
        Some([first, second]) => Ok((first, second)),
        _ => bail!("a list of two is wanted here: {argument}"),
    }
}

/// A scalar as the text that CloudFormation makes of it.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn resolved(value: &Value) -> Result<Value> {
        let document = json!({
            "Parameters": {"Url": {"Default": ""}, "List": {"Type": "CommaDelimitedList", "Default": "a, b"}, "Seconds": {"Type": "Number", "Default": 60}},
            "Conditions": {
                "Own": {"Fn::Equals": [{"Ref": "Url"}, ""]},
                "Neither": {"Fn::And": [{"Fn::Equals": [1, 1]}, {"Fn::Equals": [{"Ref": "Url"}, ""]}]},
            },
            "Resources": {
                "T": {"Type": "AWS::DynamoDB::Table"},
                "F": {"Type": "AWS::Serverless::Function"},
                "S": {"Type": "AWS::SecretsManager::Secret"},
            },
        });
        let overrides =
            Overrides { table_name: "name".into(), parameters: HashMap::from([("Url".into(), "http://x".into())]) };
        Resolver::new(&document, &overrides).unwrap().resolve(value)
    }

    #[test]
    fn references_substitutions_and_conditions_are_worked_out() {
        let value = json!({
            "table": {"Ref": "T"},
            "seconds": {"Ref": "Seconds"},
            "arn": {"Fn::Sub": "${T.Arn}/index/*"},
            "callback": {"Fn::If": ["Own", "own", {"Ref": "Url"}]},
            "function": [{"Fn::GetAtt": ["F", "Arn"]}],
            "secret": {"Fn::GetAtt": ["S", "Id"]},
            "kept": [{"Fn::If": ["Neither", "own", {"Ref": "AWS::NoValue"}]}, "other"],
            "left out": {"Ref": "AWS::NoValue"},
            "list": {"Ref": "List"},
        });
        let expected = json!({
            "table": "name",
            "seconds": "60",
            "arn": "arn:aws:dynamodb:us-east-1:000000000000:table/name/index/*",
            "callback": "http://x",
            "function": ["arn:aws:lambda:us-east-1:000000000000:function:F"],
            "secret": "arn:aws:secretsmanager:us-east-1:000000000000:secret:S",
            "kept": ["other"],
            "list": ["a", "b"],
        });
        assert_eq!(resolved(&value).unwrap(), expected);
    }

    #[test]
    fn what_is_unknown_is_an_error() {
        assert!(resolved(&json!({"Ref": "Nowhere"})).is_err());
        assert!(resolved(&json!({"Fn::ImportValue": "x"})).is_err());
    }
}
