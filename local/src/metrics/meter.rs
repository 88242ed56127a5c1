//! Every metric of the stack, and the alarms that look at them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::counted;
use super::report::{AlarmLine, OwnLine, Report};
use super::series::{Series, statistic};
use crate::template::{Alarm, Comparison, Metric, Statistic};

/// How far back the functions' own metrics are told.
const OWN_PERIOD: Duration = Duration::from_secs(300);

/// What has happened lately.
pub struct Meter {
    alarms: Vec<Alarm>,
    /// As far back as any of them looks.
    keep: Duration,
    series: Mutex<BTreeMap<Metric, Series>>,
}

impl Meter {
    /// A meter for these alarms. One of a metric that AWS does not have is refused by its name.
    pub fn new(alarms: Vec<Alarm>) -> Result<Arc<Self>> {
        for alarm in &alarms {
            for metric in &alarm.metrics {
                counted::is_counted(metric).with_context(|| format!("alarm {}", alarm.name))?;
            }
        }
        let keep = alarms.iter().map(|alarm| alarm.period * alarm.periods).max().unwrap_or_default().max(OWN_PERIOD);
        Ok(Arc::new(Self { alarms, keep, series: Mutex::default() }))
    }

    /// Adds a value.
    pub fn note(&self, metric: Metric, value: f64) {
        self.with(metric, |series, keep| series.note(Instant::now(), value, keep));
    }

    /// Adds to a value that holds until it is changed again.
    pub fn raise(&self, metric: Metric, by: f64) {
        self.with(metric, |series, keep| series.raise(Instant::now(), by, keep));
    }

    /// How it stands at this moment.
    pub fn report(&self) -> Report {
        self.report_at(Instant::now())
    }

    fn report_at(&self, now: Instant) -> Report {
        let all = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.iter().filter(|(metric, _)| counted::is_own(metric));
        Report {
            alarms: self.alarms.iter().map(|alarm| line(alarm, &all, now)).collect(),
            metrics: own.filter_map(|(metric, series)| own_line(metric, series, now)).collect(),
        }
    }

    fn with(&self, metric: Metric, change: impl FnOnce(&mut Series, Duration)) {
        let mut all = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(metric).or_default(), self.keep);
    }
}

fn line(alarm: &Alarm, all: &BTreeMap<Metric, Series>, now: Instant) -> AlarmLine {
    let values: Vec<Option<f64>> = (0..alarm.periods).map(|back| value(alarm, all, now, back)).collect();
    // A period without data is none of trouble.
    let is_beyond = |value: &f64| match alarm.comparison {
        Comparison::Above => *value > alarm.threshold,
        Comparison::AtLeast => *value >= alarm.threshold,
    };
    let beyond = values.iter().flatten().filter(|value| is_beyond(value)).count();
    let beyond = u32::try_from(beyond).unwrap_or(u32::MAX);
    AlarmLine {
        name: alarm.name.clone(),
        description: alarm.description.clone(),
        counted: alarm.metrics.iter().any(|metric| counted::is_counted(metric).unwrap_or_default()),
        value: values.first().copied().flatten(),
        statistic: word(alarm.statistic),
        seconds: alarm.period.as_secs(),
        comparison: match alarm.comparison {
            Comparison::Above => ">".to_owned(),
            Comparison::AtLeast => ">=".to_owned(),
        },
        threshold: alarm.threshold,
        beyond,
        datapoints: alarm.datapoints,
        periods: alarm.periods,
        rings: beyond >= alarm.datapoints,
    }
}

/// What an alarm looks at, some periods back: the sum of those of its metrics that have any data.
fn value(alarm: &Alarm, all: &BTreeMap<Metric, Series>, now: Instant, back: u32) -> Option<f64> {
    // On a machine that has just started there may be no such moment.
    let to = now.checked_sub(alarm.period * back)?;
    let from = to.checked_sub(alarm.period)?;
    let of_one = |metric| statistic(alarm.statistic, all.get(metric)?.between(from, to));
    alarm.metrics.iter().filter_map(of_one).reduce(|sum, value| sum + value)
}

fn own_line(metric: &Metric, series: &Series, now: Instant) -> Option<OwnLine> {
    let values = series.between(now.checked_sub(OWN_PERIOD)?, now);
    let (count, sum) = (values.len(), values.iter().sum());
    let maximum = statistic(Statistic::Maximum, values)?;
    Some(OwnLine { name: metric.name.clone(), seconds: OWN_PERIOD.as_secs(), sum, maximum, count })
}

fn word(statistic: Statistic) -> String {
    match statistic {
        Statistic::Sum => "Sum".to_owned(),
        Statistic::Average => "Average".to_owned(),
        Statistic::Maximum => "Maximum".to_owned(),
        Statistic::Percentile(hundredths) => format!("p{hundredths}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn alarm(metrics: Vec<Metric>, periods: u32, datapoints: u32) -> Alarm {
        Alarm {
            name: "Some".into(),
            description: "docs/operations.md#some".into(),
            metrics,
            statistic: Statistic::Sum,
            period: MINUTE,
            comparison: Comparison::AtLeast,
            threshold: 3.0,
            periods,
            datapoints,
        }
    }

    fn errors(function: &str) -> Metric {
        counted::of_function(counted::ERRORS, function)
    }

    fn one(meter: &Meter, now: Instant) -> AlarmLine {
        meter.report_at(now).alarms.remove(0)
    }

    #[test]
    fn an_alarm_rings_when_enough_of_its_periods_are_beyond_the_threshold() {
        let meter = Meter::new(vec![alarm(vec![errors("A"), errors("B")], 3, 2)]).unwrap();
        let quiet = one(&meter, Instant::now());
        assert_eq!((quiet.value, quiet.beyond, quiet.rings), (None, 0, false));
        meter.note(errors("A"), 2.0);
        meter.note(errors("B"), 1.0);
        meter.note(errors("C"), 9.0);
        let now = Instant::now();
        let first = one(&meter, now);
        assert_eq!((first.value, first.beyond, first.rings), (Some(3.0), 1, false));
        // A minute later it is the second period, and another bad one comes.
        let later = now + MINUTE;
        assert_eq!((one(&meter, later).value, one(&meter, later).beyond), (None, 1));
        meter.with(errors("A"), |series, keep| series.note(later, 3.0, keep));
        let second = one(&meter, later);
        assert!(second.rings && second.beyond == 2, "{second:?}");
        assert!(!one(&meter, later + 2 * MINUTE).rings, "the first minute is out of its sight");
    }

    #[test]
    fn the_messages_of_a_queue_are_seen_until_they_are_taken() {
        let meter = Meter::new(vec![alarm(vec![counted::messages_in("Q")], 1, 1)]).unwrap();
        for _ in 0..3 {
            meter.raise(counted::messages_in("Q"), 1.0);
        }
        let mut line = one(&meter, Instant::now() + 9 * MINUTE);
        assert_eq!((line.value, line.rings), (Some(3.0), true));
        meter.raise(counted::messages_in("Q"), -3.0);
        line = one(&meter, Instant::now() + 9 * MINUTE);
        assert_eq!((line.value, line.rings), (Some(0.0), false));
    }

    #[test]
    fn a_metric_that_aws_does_not_have_is_refused_by_its_alarms_name() {
        let refused = Meter::new(vec![alarm(vec![counted::of_function("Error", "A")], 1, 1)]).err().unwrap();
        let refused = format!("{refused:#}");
        assert!(refused.contains("alarm Some") && refused.contains("no metric Error of AWS/Lambda"), "{refused}");
    }
}
