//! Filter patterns of event source mappings, as far as a template of this project uses them: nested objects, exact
//! values and prefixes. Any other condition is an error when the stack starts.

use anyhow::{Result, bail};
use serde_json::Value;

/// The filters of one mapping.
#[derive(Debug)]
pub struct Filter {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
enum Pattern {
    /// Every field has to match.
    Fields(Vec<(String, Pattern)>),
    /// One of the conditions has to hold.
    OneOf(Vec<Condition>),
}

#[derive(Debug)]
enum Condition {
    Exactly(Value),
    Prefix(String),
}

impl Filter {
    pub fn new(patterns: &[Value]) -> Result<Self> {
        Ok(Self { patterns: patterns.iter().map(Pattern::new).collect::<Result<_>>()? })
    }

    /// Whether one of the patterns matches; without patterns everything passes.
    pub fn takes(&self, record: &Value) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches(record))
    }
}

impl Pattern {
    fn new(pattern: &Value) -> Result<Self> {
        match pattern {
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, pattern)| Ok((name.clone(), Self::new(pattern)?)));
                Ok(Self::Fields(fields.collect::<Result<_>>()?))
            }
            Value::Array(conditions) => Ok(Self::OneOf(conditions.iter().map(Condition::new).collect::<Result<_>>()?)),
            other => bail!("a pattern is an object or a list, not {other}"),
        }
    }

    fn matches(&self, value: &Value) -> bool {
        match self {
            Self::Fields(fields) => fields.iter().all(|(name, pattern)| pattern.matches(&value[name.as_str()])),
            Self::OneOf(conditions) => conditions.iter().any(|condition| condition.holds(value)),
        }
    }
}

impl Condition {
    fn new(condition: &Value) -> Result<Self> {
        match condition {
            Value::Object(fields) => match fields.get("prefix").and_then(Value::as_str) {
                Some(prefix) if fields.len() == 1 => Ok(Self::Prefix(prefix.to_owned())),
                _ => bail!("the condition {condition} is not something the local stack knows"),
            },
            Value::Array(_) => bail!("a list within a list of conditions"),
            exact => Ok(Self::Exactly(exact.clone())),
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Exactly(exact) => exact == value,
            Self::Prefix(prefix) => value.as_str().is_some_and(|text| text.starts_with(prefix)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn takes(patterns: &[Value], record: &Value) -> bool {
        Filter::new(patterns).unwrap().takes(record)
    }

    #[test]
    fn prefixes_and_exact_values_are_matched_at_any_depth() {
        let seat = json!({"eventName": "INSERT", "dynamodb": {"Keys": {"sk": {"S": "SEAT#A1"}}}});
        let prefix = json!({"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "SEAT#"}]}}}});
        let other = json!({"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "HOLD#"}]}}}});
        assert!(takes(std::slice::from_ref(&prefix), &seat));
        assert!(!takes(std::slice::from_ref(&other), &seat));
        assert!(takes(&[other, prefix], &seat), "one of several is enough");
        assert!(takes(&[json!({"eventName": ["MODIFY", "INSERT"]})], &seat));
        assert!(!takes(&[json!({"eventName": ["REMOVE"], "dynamodb": {}})], &seat), "every field counts");
        assert!(takes(&[], &seat));
    }

    #[test]
    fn a_missing_field_matches_nothing() {
        assert!(!takes(&[json!({"dynamodb": {"NewImage": {"status": {"S": ["held"]}}}})], &json!({"dynamodb": {}})));
    }

    #[test]
    fn an_unknown_condition_is_an_error() {
        assert!(Filter::new(&[json!({"a": [{"numeric": [">", 1]}]})]).is_err());
        assert!(Filter::new(&[json!({"a": "text"})]).is_err());
    }
}
