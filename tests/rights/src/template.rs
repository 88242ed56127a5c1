//! `infra/template.yaml` as JSON.

use serde_json::{Map, Value, json};
use std::path::Path;

const TEMPLATE: &str = "../../infra/template.yaml";

/// The template; a tag such as `!Ref Table` becomes `{"!Ref": "Table"}`.
///
/// # Errors
/// It cannot be read.
pub fn document() -> Result<Value, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TEMPLATE);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let template: yaml_serde::Value = yaml_serde::from_str(&text).map_err(|error| error.to_string())?;
    Ok(tagged(template))
}

/// The binary of a function: in the package it lies under its own name. With or without tags.
#[must_use]
pub fn binary(function: &Value) -> Option<&str> {
    let key = &function["Properties"]["CodeUri"]["Key"];
    key.as_str().or(key["!Sub"].as_str())?.rsplit('/').next()?.strip_suffix(".zip")
}

/// The value without its tags, for whoever needs only the text behind them.
#[must_use]
pub fn without_tags(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_tag = fields.len() == 1 && fields.keys().all(|name| name.starts_with('!'));
            match is_tag {
                true => fields.into_iter().next().map(|(_, value)| without_tags(value)).unwrap_or_default(),
                false => {
                    fields.into_iter().map(|(name, value)| (name, without_tags(value))).collect::<Map<_, _>>().into()
                }
            }
        }
        Value::Array(items) => items.into_iter().map(without_tags).collect(),
        other => other,
    }
}

fn tagged(value: yaml_serde::Value) -> Value {
    match value {
        yaml_serde::Value::Tagged(tagged_value) => {
            let name = tagged_value.tag.to_string();
            let name = if name.starts_with('!') { name } else { format!("!{name}") };
            json!({ name: tagged(tagged_value.value) })
        }
        yaml_serde::Value::Sequence(list) => list.into_iter().map(tagged).collect(),
        yaml_serde::Value::Mapping(mapping) => mapping
            .into_iter()
            .filter_map(|(name, value)| Some((name.as_str()?.to_owned(), tagged(value))))
            .collect::<Map<_, _>>()
            .into(),
        other => serde_json::to_value(other).unwrap_or_default(),
    }
}
