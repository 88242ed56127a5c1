//! What the simulation takes from `infra/template.yaml`: the table, the routes, and the functions.

use rights::template::without_tags;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Parts of the table's description that every engine takes.
const TABLE_PARTS: [&str; 3] = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"];

/// The request that creates the table.
///
/// # Errors
/// The template cannot be read, or has no table.
pub fn table(name: &str) -> Result<Value, String> {
    let resources = resources()?;
    let described = of_type(&resources, "AWS::DynamoDB::Table").next().ok_or("the template has no table")?;
    let properties = &described["Properties"];
    let mut request = json!({ "TableName": name, "BillingMode": "PAY_PER_REQUEST" });
    for part in TABLE_PARTS {
        request[part] = properties[part].clone();
    }
    Ok(request)
}

/// The route keys of the HTTP API, such as `POST /seat-booking/hold-seats`, each with the function that serves it.
///
/// # Errors
/// The template cannot be read.
pub fn http_routes() -> Result<Vec<(String, String)>, String> {
    let resources = resources()?;
    let api = |route: &Value| route["Properties"]["ApiId"].as_str().unwrap_or_default().to_owned();
    let routes = of_type(&resources, "AWS::ApiGatewayV2::Route").filter(|route| !api(route).contains("Socket"));
    let route = |route: &Value| {
        let key = route["Properties"]["RouteKey"].as_str().unwrap_or_default().to_owned();
        let target = route["Properties"]["Target"].as_str().unwrap_or_default();
        let function = target.trim_start_matches("integrations/").trim_start_matches("${").trim_end_matches('}');
        (key, function.trim_end_matches("Integration").to_lowercase())
    };
    Ok(routes.map(route).collect())
}

/// The functions by the names of their binaries, each with its properties and, among its variables, those of all.
///
/// # Errors
/// The template cannot be read, or a function has no binary.
pub fn functions() -> Result<BTreeMap<String, Value>, String> {
    let (template, resources) = (document()?, resources()?);
    let common = template["Globals"]["Function"]["Environment"]["Variables"].as_object().cloned().unwrap_or_default();
    let function = |function: &Value| {
        let binary = rights::template::binary(function).ok_or("a function without a binary")?;
        let mut properties = function["Properties"].clone();
        for (name, value) in &common {
            properties["Environment"]["Variables"][name] = value.clone();
        }
        Ok((binary.to_owned(), properties))
    };
    of_type(&resources, "AWS::Serverless::Function").map(function).collect()
}

fn of_type<'a>(resources: &'a Map<String, Value>, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    resources.values().filter(move |resource| resource["Type"] == kind)
}

fn resources() -> Result<Map<String, Value>, String> {
    match document()?["Resources"].take() {
        Value::Object(resources) => Ok(resources),
        _ => Err("the template has no resources".to_owned()),
    }
}

/// CloudFormation's tags (`!Ref`, `!Sub`) are left out, since the text behind them is enough here.
fn document() -> Result<Value, String> {
    rights::template::document().map(without_tags)
}
