//! YAML with CloudFormation's short tags, as JSON with the long forms: `!Ref X` is `{"Ref": "X"}`.

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};
use yaml_serde::Value as Yaml;

/// Parses a template's text.
pub fn parse(text: &str) -> Result<Value> {
    to_json(yaml_serde::from_str(text)?)
}

fn to_json(yaml: Yaml) -> Result<Value> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => serde_json::to_value(number)?,
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(to_json).collect::<Result<_>>()?),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                object.insert(key_text(key)?, to_json(value)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            long_form(tag.trim_start_matches('!'), to_json(tagged.value)?)
        }
    })
}

fn key_text(key: Yaml) -> Result<String> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Number(number) => Ok(number.to_string()),
        other => bail!("a key that is neither text nor number: {other:?}"),
    }
}

fn long_form(tag: &str, value: Value) -> Value {
    match tag {
        "Ref" | "Condition" => json!({ tag: value }),
        // `!GetAtt Table.Arn` is short for a list of two.
        "GetAtt" => match value.as_str().and_then(|text| text.split_once('.')) {
            Some((resource, attribute)) => json!({ "Fn::GetAtt": [resource, attribute] }),
            None => json!({ "Fn::GetAtt": value }),
        },
        _ => json!({ format!("Fn::{tag}"): value }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn short_tags_become_long_forms() {
        let text = "a: !Ref X\nb: !GetAtt T.Arn\nc: !If [Own, !Sub \"${A}\", 1]\n\"404\": ~\n";
        let expected = json!({
            "a": {"Ref": "X"},
            "b": {"Fn::GetAtt": ["T", "Arn"]},
            "c": {"Fn::If": ["Own", {"Fn::Sub": "${A}"}, 1]},
            "404": null,
        });
        assert_eq!(parse(text).unwrap(), expected);
    }
}
