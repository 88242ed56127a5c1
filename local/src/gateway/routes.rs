//! Which route takes a request. As API Gateway has it: a full match of method and path before one with `ANY`,
//! fixed path segments before variables, `{proxy+}` after those, and `$default` last.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use percent_encoding::percent_decode_str;

use crate::template::Route;

/// Where the WebSocket API is served beside the HTTP API.
pub const SOCKET_PATH: &str = "/ws";

/// The routes of an HTTP API.
pub struct Routes {
    patterns: Vec<Pattern>,
    default: Option<Route>,
}

struct Pattern {
    route: Route,
    /// `None` is `ANY`.
    method: Option<String>,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Fixed(String),
    Variable(String),
    Greedy(String),
}

/// How well a pattern fits; greater is better. Segments count before methods.
type Fit = (Vec<u8>, bool);

/// The route that takes a request, and the variables of its path.
pub struct Matched<'a> {
    pub route: &'a Route,
    pub parameters: BTreeMap<&'a str, String>,
}

impl Routes {
    pub fn new(routes: &[Route]) -> Result<Self> {
        let mut patterns = Vec::new();
        let mut default = None;
        for route in routes {
            if route.key == "$default" {
                default = Some(route.clone());
            } else {
                patterns.push(Pattern::new(route).with_context(|| format!("route {}", route.key))?);
            }
        }
        Ok(Self { patterns, default })
    }

    /// The route for a method and a raw path.
    pub fn find(&self, method: &str, path: &str) -> Option<Matched<'_>> {
        let segments: Vec<&str> = split(path).collect();
        let best = self
            .patterns
            .iter()
            .filter_map(|pattern| Some((pattern.fit(method, &segments)?, pattern)))
            .max_by(|(left, _), (right, _)| left.cmp(right));
        match best {
            Some((_, pattern)) => Some(Matched { route: &pattern.route, parameters: pattern.parameters(&segments) }),
            None => self.default.as_ref().map(|route| Matched { route, parameters: BTreeMap::new() }),
        }
    }
}

impl Pattern {
    fn new(route: &Route) -> Result<Self> {
        let (method, path) = route.key.split_once(' ').context("neither `METHOD /path` nor $default")?;
        if !path.starts_with('/') {
            bail!("its path does not begin with a slash");
        }
        Ok(Self {
            route: route.clone(),
            method: (method != "ANY").then(|| method.to_owned()),
            segments: split(path).map(Segment::new).collect(),
        })
    }

    fn fit(&self, method: &str, path: &[&str]) -> Option<Fit> {
        if self.method.as_deref().is_some_and(|own| own != method) {
            return None;
        }
        let mut fits = Vec::with_capacity(self.segments.len());
        for (index, segment) in self.segments.iter().enumerate() {
            let given = path.get(index)?;
            match segment {
                Segment::Fixed(text) if text == given => fits.push(2),
                Segment::Variable(_) if !given.is_empty() => fits.push(1),
                Segment::Greedy(_) => {
                    fits.push(0);
                    return Some((fits, self.method.is_some()));
                }
                _ => return None,
            }
        }
        (path.len() == self.segments.len()).then_some((fits, self.method.is_some()))
    }

    fn parameters(&self, path: &[&str]) -> BTreeMap<&str, String> {
        self.segments
            .iter()
            .enumerate()
            .filter_map(|(index, segment)| match segment {
                Segment::Fixed(_) => None,
                Segment::Variable(name) => Some((name.as_str(), decode(path[index]))),
                Segment::Greedy(name) => Some((name.as_str(), decode(&path[index..].join("/")))),
            })
            .collect()
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.to_owned()),
                None => Self::Variable(name.to_owned()),
            },
            None => Self::Fixed(text.to_owned()),
        }
    }
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn routes(keys: &[&str]) -> Routes {
        let routes: Vec<Route> =
            keys.iter().map(|key| Route { key: (*key).into(), binary: "function".into() }).collect();
        Routes::new(&routes).unwrap()
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = routes(&[
            "$default",
            "ANY /bookings",
            "GET /bookings",
            "GET /bookings/{id}",
            "ANY /bookings/{id}",
            "GET /bookings/latest",
            "POST /bookings/{id}/cancel",
            "GET /files/{path+}",
        ]);
        let cases = [
            ("GET", "/bookings", "GET /bookings"),
            ("PUT", "/bookings", "ANY /bookings"),
            ("GET", "/bookings/7", "GET /bookings/{id}"),
            ("DELETE", "/bookings/7", "ANY /bookings/{id}"),
            ("GET", "/bookings/latest", "GET /bookings/latest"),
            ("POST", "/bookings/7/cancel", "POST /bookings/{id}/cancel"),
            ("GET", "/bookings/7/cancel", "$default"),
            ("GET", "/bookings/", "$default"),
            ("GET", "/files/a/b/c", "GET /files/{path+}"),
            ("GET", "/", "$default"),
        ];
        for (method, path, expected) in cases {
            assert_eq!(routes.find(method, path).unwrap().route.key, expected, "{method} {path}");
        }
    }

    #[test]
    fn variables_are_percent_decoded() {
        let routes = routes(&["GET /layout/{eventId}", "GET /files/{path+}"]);
        let matched = routes.find("GET", "/layout/a%20b%2Fc").unwrap();
        assert_eq!(matched.parameters["eventId"], "a b/c");
        assert_eq!(routes.find("GET", "/files/x/y").unwrap().parameters["path"], "x/y");
    }

    #[test]
    fn without_a_default_nothing_takes_the_rest() {
        assert!(routes(&["GET /a"]).find("GET", "/b").is_none());
    }
}
