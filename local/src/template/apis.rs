//! The template's two APIs: which route leads to which function.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::resolve::plain;
use super::resources::{Resources, of_type};

const API: &str = "AWS::ApiGatewayV2::Api";

/// The HTTP API.
#[derive(Debug)]
pub struct HttpApi {
    pub id: String,
    pub routes: Vec<Route>,
    pub cors: Option<Cors>,
}

/// The WebSocket API.
#[derive(Debug)]
pub struct SocketApi {
    pub id: String,
    pub stage: String,
    pub routes: Vec<Route>,
    /// `$request.body.action` picks the route by the message's `action`.
    pub selection: String,
}

/// A route and the function behind it.
#[derive(Clone, Debug)]
pub struct Route {
    /// As the template writes it: `POST /path/{variable}`, `$default`, `$connect`.
    pub key: String,
    pub binary: String,
}

/// What the HTTP API tells browsers of other origins.
#[derive(Debug)]
pub struct Cors {
    pub origins: Vec<String>,
    pub methods: Vec<String>,
    pub headers: Vec<String>,
    pub exposed: Vec<String>,
    pub max_age_seconds: Option<u64>,
}

impl SocketApi {
    /// The function for a route key, or the one behind `$default`.
    pub fn binary(&self, key: &str) -> Option<&str> {
        let behind = |wanted: &str| self.routes.iter().find(|route| route.key == wanted);
        behind(key).or_else(|| behind("$default")).map(|route| route.binary.as_str())
    }
}

pub fn http(resources: &Resources, binaries: &HashMap<String, String>) -> Result<HttpApi> {
    let (id, properties) = api(resources, "HTTP")?;
    let cors = &properties["CorsConfiguration"];
    Ok(HttpApi {
        id: id.clone(),
        routes: routes(resources, id, binaries)?,
        cors: cors.is_object().then(|| Cors {
            origins: texts(&cors["AllowOrigins"]),
            methods: texts(&cors["AllowMethods"]),
            headers: texts(&cors["AllowHeaders"]),
            exposed: texts(&cors["ExposeHeaders"]),
            max_age_seconds: cors["MaxAge"].as_u64(),
        }),
    })
}

pub fn socket(resources: &Resources, binaries: &HashMap<String, String>) -> Result<SocketApi> {
    let (id, properties) = api(resources, "WEBSOCKET")?;
    let (_, stage) = of_type(resources, "AWS::ApiGatewayV2::Stage")
        .find(|(_, stage)| stage["Properties"]["ApiId"] == *id)
        .context("the WebSocket API has no stage")?;
    Ok(SocketApi {
        id: id.clone(),
        stage: plain(&stage["Properties"]["StageName"]),
        routes: routes(resources, id, binaries)?,
        selection: plain(&properties["RouteSelectionExpression"]),
    })
}

fn api<'a>(resources: &'a Resources, protocol: &str) -> Result<(&'a String, &'a Value)> {
    of_type(resources, API)
        .find(|(_, api)| api["Properties"]["ProtocolType"] == protocol)
        .map(|(id, api)| (id, &api["Properties"]))
        .with_context(|| format!("no {protocol} API"))
}

fn routes(resources: &Resources, api: &str, binaries: &HashMap<String, String>) -> Result<Vec<Route>> {
    of_type(resources, "AWS::ApiGatewayV2::Route")
        .map(|(name, route)| (name, &route["Properties"]))
        .filter(|(_, route)| route["ApiId"] == api)
        .map(|(name, route)| {
            let binary = target(resources, route, binaries).with_context(|| format!("route {name}"))?;
            Ok(Route { key: plain(&route["RouteKey"]), binary })
        })
        .collect()
}

/// Follows a route to its integration and from there to the function's binary.
fn target(resources: &Resources, route: &Value, binaries: &HashMap<String, String>) -> Result<String> {
    let target = plain(&route["Target"]);
    let integration = target.strip_prefix("integrations/").context("its target is no integration")?;
    let uri = plain(&resources.get(integration).context("its integration is missing")?["Properties"]["IntegrationUri"]);
    // …:path/2015-03-31/functions/arn:aws:lambda:…:function:HoldFunction/invocations
    let function = uri
        .strip_suffix("/invocations")
        .and_then(|arn| arn.rsplit(':').next())
        .context("its integration calls no function")?;
    binaries.get(function).cloned().with_context(|| format!("{function} has no binary"))
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(plain).collect()
}
