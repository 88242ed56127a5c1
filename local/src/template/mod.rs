//! `infra/template.yaml` as this program needs it: table, functions, routes, stream mappings and schedules.
//!
//! [`yaml`] reads the file, [`resolve`] works out its intrinsic functions, and what is left is picked out here.
//! Whatever a local stack has no use for (permissions, queues, outputs) is not looked at.

mod apis;
mod functions;
mod resolve;
mod yaml;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

pub use apis::{Cors, HttpApi, Route, SocketApi};
pub use resolve::{ACCOUNT, REGION};

/// What the template describes, with every reference worked out.
#[derive(Debug)]
pub struct Template {
    /// The properties of the one table.
    pub table: Value,
    pub functions: Vec<Function>,
    pub http: HttpApi,
    pub socket: SocketApi,
}

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Name of the binary, which is also how the emulator knows it.
    pub binary: String,
    pub timeout: Duration,
    pub memory_megabytes: u64,
    pub environment: BTreeMap<String, String>,
    pub streams: Vec<StreamMapping>,
    pub schedules: Vec<Schedule>,
}

/// An event source mapping: records of the table's stream for a function.
#[derive(Clone, Debug)]
pub struct StreamMapping {
    pub name: String,
    pub batch_size: usize,
    /// `None`: as often as it takes.
    pub retries: Option<u32>,
    pub bisect: bool,
    pub reports_failures: bool,
    /// A record passes if one of these matches, or if there are none.
    pub patterns: Vec<Value>,
}

/// A function that the clock calls.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub name: String,
    pub every: Duration,
}

/// What the local stack sets where a deployment would have its own.
#[derive(Debug)]
pub struct Overrides {
    pub table_name: String,
    pub parameters: HashMap<String, String>,
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
        for (name, resource) in described {
            let resource = resolver.resolve(resource).with_context(|| format!("resource {name}"))?;
            resources.insert(name.clone(), resource);
        }
        let globals = resolver.resolve(&document["Globals"]["Function"])?;
        let binaries = functions::binaries(&resources);
        Ok(Self {
            table: only_table(&resources)?.clone(),
            functions: functions::read(&resources, &globals)?,
            http: apis::http(&resources, &binaries)?,
            socket: apis::socket(&resources, &binaries)?,
        })
    }
}

type Resources = BTreeMap<String, Value>;

fn of_type<'a>(resources: &'a Resources, kind: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    resources.iter().filter(move |(_, resource)| resource["Type"] == kind)
}

fn only_table(resources: &Resources) -> Result<&Value> {
    let (_, table) = of_type(resources, "AWS::DynamoDB::Table").next().context("no table")?;
    Ok(&table["Properties"])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn project_template() -> Template {
        let overrides = Overrides {
            table_name: "a-table".into(),
            parameters: HashMap::from([
                ("MinHoldSeconds".into(), "1".into()),
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
        assert!(!broadcast.environment.contains_key("JWT_SECRET"));
        assert_eq!(broadcast.environment["SOCKET_CALLBACK_URL"], "http://127.0.0.1:9");
        assert_eq!(broadcast.timeout, Duration::from_secs(30));
        let hold = template.function("hold").unwrap();
        assert_eq!(hold.timeout, Duration::from_secs(10));
        assert_eq!(hold.environment["JWT_ALGORITHMS"], "HS256");
        assert!(!hold.environment.contains_key("SOCKET_CALLBACK_URL"));
    }

    #[test]
    fn streams_and_schedules_belong_to_their_functions() {
        let template = project_template();
        let sweep = template.function("sweep").unwrap();
        assert_eq!(sweep.schedules[0].every, Duration::from_secs(60));
        let mapping = &sweep.streams[0];
        assert_eq!((mapping.batch_size, mapping.retries), (1000, Some(5)));
        assert!(mapping.bisect && mapping.reports_failures);
        assert_eq!(mapping.patterns.len(), 1);
        assert!(template.function("hold").unwrap().streams.is_empty());
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
