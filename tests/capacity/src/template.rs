//! What `infra/template.yaml` deploys with: defaults of its parameters, and the memory of its functions.

use rights::template::{binary, document};
use serde_json::Value;

/// The template as it stands.
pub struct Template(Value);

impl Template {
    /// Reads it.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read() -> Result<Self, String> {
        document().map(Self)
    }

    /// The default of a parameter that is a number.
    ///
    /// # Errors
    /// There is no such parameter, or its default is no number.
    pub fn number(&self, parameter: &str) -> Result<u32, String> {
        let default = &self.0["Parameters"][parameter]["Default"];
        let found = default.as_u64().and_then(|number| u32::try_from(number).ok());
        found.ok_or_else(|| format!("the template's {parameter} has no number as its default: {default}"))
    }

    /// The memory of a function, by the name of its binary, in GB.
    ///
    /// # Errors
    /// There is no such function.
    pub fn gigabytes(&self, function: &str) -> Result<f64, String> {
        let resources = self.0["Resources"].as_object().ok_or("the template has no resources")?;
        let found = resources.values().find(|resource| binary(resource) == Some(function));
        let found = found.ok_or_else(|| format!("the template has no function {function}"))?;
        let own = found["Properties"]["MemorySize"].as_f64();
        let usual = self.0["Globals"]["Function"]["MemorySize"].as_f64();
        own.or(usual).map(|megabytes| megabytes / 1_024.0).ok_or_else(|| format!("{function} has no memory"))
    }

    /// How many resources of this type there are, whatever their conditions.
    #[must_use]
    pub fn count(&self, kind: &str) -> usize {
        let resources = self.0["Resources"].as_object().into_iter().flat_map(|resources| resources.values());
        resources.filter(|resource| resource["Type"] == kind).count()
    }

    /// How many schedules call a function.
    #[must_use]
    pub fn schedules(&self) -> usize {
        let resources = self.0["Resources"].as_object().into_iter().flat_map(|resources| resources.values());
        let events = resources.filter_map(|resource| resource["Properties"]["Events"].as_object());
        events.flat_map(|events| events.values()).filter(|event| event["Type"] == "ScheduleV2").count()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_the_template_says() {
        let template = Template::read().unwrap();
        assert_eq!(template.number("WarmWriteUnits").unwrap(), crate::aws::FRESH_WRITES);
        assert!((template.gigabytes("hold").unwrap() - 0.5).abs() < f64::EPSILON, "the usual memory");
        assert!(template.gigabytes("broadcast").unwrap() > 1.7, "a memory of its own");
        assert_eq!((template.schedules(), template.count("AWS::SecretsManager::Secret")), (3, 3));
    }

    #[test]
    fn what_the_template_does_not_have_is_named() {
        let template = Template::read().unwrap();
        assert!(template.number("WarmWriteUnit").unwrap_err().contains("WarmWriteUnit "));
        assert!(template.number("AllowOrigin").is_err());
        assert!(template.gigabytes("holds").unwrap_err().contains("holds"));
    }
}
