//! `infra/template.yaml` as this program needs it: table, functions, routes, stream mappings, schedules and alarms.
//!
//! [`yaml`] reads the file, [`resolve`] works out its intrinsic functions, and what is left is picked out here.
//! Whatever a local stack has no use for (permissions, the dashboard, outputs) is not looked at.

mod alarms;
mod apis;
mod functions;
mod resolve;
mod resources;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

pub use alarms::{Alarm, Comparison, Metric, Statistic};
pub use apis::{Cors, HttpApi, Route, SocketApi};
pub use functions::{Function, Schedule, StreamMapping};
pub use resolve::{ACCOUNT, Overrides, REGION, secret_arn};
use resources::{Resources, of_type};

/// The kinds of resources that are read here.
const READ: [&str; 7] = [
    alarms::ALARM,
    "AWS::DynamoDB::Table",
    "AWS::Serverless::Function",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Stage",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
];

/// What the template describes, with every reference worked out.
#[derive(Debug)]
pub struct Template {
    /// The properties of the one table.
    pub table: Value,
    pub functions: Vec<Function>,
    pub alarms: Vec<Alarm>,
    pub http: HttpApi,
    pub socket: SocketApi,
}

impl Template {
    /// Reads and resolves a template.
    pub fn read(path: &Path, overrides: &Overrides) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text, overrides).with_context(|| format!("in {}", path.display()))
    }

    fn parse(text: &str, overrides: &Overrides) -> Result<Self> {
        let document = yaml::parse(text)?;
        let resolver = resolve::Resolver::new(&document, overrides)?;
        let mut resources = BTreeMap::new();
        let described = document["Resources"].as_object().context("no Resources")?;
        for (name, resource) in
            described.iter().filter(|(_, resource)| READ.iter().any(|kind| resource["Type"] == *kind))
        {
            let resource = resolver.resolve(resource).with_context(|| format!("resource {name}"))?;
            resources.insert(name.clone(), resource);
        }
        let globals = resolver.resolve(&document["Globals"]["Function"])?;
        let binaries = functions::binaries(&resources);
        Ok(Self {
            table: only_table(&resources)?.clone(),
            functions: functions::read(&resources, &globals)?,
            alarms: alarms::read(&resources)?,
            http: apis::http(&resources, &binaries)?,
            socket: apis::socket(&resources, &binaries)?,
        })
    }
}

fn only_table(resources: &Resources) -> Result<&Value> {
    let (_, table) = of_type(resources, "AWS::DynamoDB::Table").next().context("no table")?;
    Ok(&table["Properties"])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::collections::HashMap;
    use std::time::Duration;

    fn project_template() -> Template {
        let overrides = Overrides {
            table_name: "a-table".into(),
            parameters: HashMap::from([
                ("MinHoldSeconds".into(), "1".into()),
                ("DefaultEvent".into(), "hundred".into()),
                ("SocketCallbackUrl".into(), "http://127.0.0.1:9".into()),
            ]),
        };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
        Template::read(&path, &overrides).unwrap()
    }

    impl Template {
        fn function(&self, binary: &str) -> Option<&Function> {
            self.functions.iter().find(|function| function.binary == binary)
        }
    }

    #[test]
    fn every_function_gets_the_globals_and_its_own_environment() {
        let template = project_template();
        let broadcast = template.function("broadcast").unwrap();
        assert_eq!(broadcast.environment["TABLE_NAME"], "a-table");
        assert_eq!(broadcast.environment["MIN_HOLD_SECONDS"], "1");
        assert!(!broadcast.environment.contains_key("JWT_SECRET_ARN"));
        assert_eq!(broadcast.environment["SOCKET_CALLBACK_URL"], "http://127.0.0.1:9");
        assert_eq!(broadcast.timeout, Duration::from_secs(30));
        let hold = template.function("hold").unwrap();
        assert_eq!(hold.timeout, Duration::from_secs(10));
        assert_eq!(hold.environment["JWT_ALGORITHMS"], "HS256");
        assert_eq!(hold.environment["JWT_SECRET_ARN"], secret_arn("JwtSecret"));
        assert_eq!(template.function("confirm").unwrap().environment["DEFAULT_EVENT"], "hundred");
        assert!(!hold.environment.contains_key("SOCKET_CALLBACK_URL"));
    }

    #[test]
    fn streams_and_schedules_belong_to_their_functions() {
        let template = project_template();
        let sweep = template.function("sweep").unwrap();
        assert_eq!(sweep.schedules[0].every, Duration::from_secs(60));
        assert!(sweep.streams.is_empty());
        let mapping = &template.function("outbox").unwrap().streams[0];
        assert_eq!((mapping.batch_size, mapping.retries), (1000, Some(5)));
        assert!(mapping.bisect && mapping.reports_failures);
        assert_eq!(mapping.patterns.len(), 2);
        assert_eq!(mapping.failures.as_deref(), Some("StreamFailures"));
        assert!(template.function("hold").unwrap().streams.is_empty());
    }

    #[test]
    fn every_alarm_of_the_template_is_understood() {
        let template = project_template();
        let alarm = |name: &str| template.alarms.iter().find(|alarm| alarm.name == name).unwrap();
        let errors = alarm("FunctionErrors");
        assert_eq!(errors.metrics[0].dimensions["FunctionName"], template.function("hold").unwrap().name);
        assert_eq!(alarm("StreamFailures").metrics[0].dimensions["QueueName"], "StreamFailures");
        assert_eq!(alarm("ServerErrors").metrics[0].dimensions["ApiId"], template.http.id);
        assert_eq!(alarm("TableThrottles").metrics[3].dimensions["TableName"], "a-table");
        assert_eq!(alarm("RefusedAdmissions").metrics[0].namespace, "Holdfast/holdfast-local");
    }

    #[test]
    fn routes_lead_to_binaries() {
        let template = project_template();
        let hold = template.http.routes.iter().find(|route| route.key == "POST /seat-booking/hold-seats").unwrap();
        assert_eq!(hold.binary, "hold");
        assert!(template.http.routes.iter().any(|route| route.key == "$default"));
        assert_eq!(template.socket.stage, "ws");
        assert_eq!(template.socket.binary("$connect"), Some("socket"));
        assert_eq!(template.socket.binary("anything"), Some("socket"));
    }

    #[test]
    fn the_table_keeps_its_keys_indexes_stream_and_ttl() {
        let table = project_template().table;
        assert_eq!(table["KeySchema"][0]["AttributeName"], "pk");
        assert_eq!(table["GlobalSecondaryIndexes"][1]["IndexName"], "byEvent");
        assert_eq!(table["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
        assert_eq!(table["TimeToLiveSpecification"]["AttributeName"], "ttl");
    }
}
