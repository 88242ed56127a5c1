//! What one call of each verb uses, and what that costs: units and requests as the functions were measured with them
//! (`tests/simulation/src/budget.rs`), times as AWS's were measured by others.

use crate::aws;
use crate::template::Template;
use simulation::budget::{BUDGETS, Budget};

/// What a call needs of one core, in milliseconds: measured by `make bench` for a hold of two seats, and rounded up.
pub const CORE_MS: f64 = 1.0;
/// What a call computes for with the usual 512 MB, in milliseconds.
pub const OWN_MS: i64 = 4;
/// The function's own line in the log, in bytes: `shared/service/src/log.rs` with ids of the usual length and one metric. Without one,
/// as where something is read, it has 300.
const OWN_LINE_BYTES: f64 = 460.0;
/// The line that an API's access log has of it, likewise: `Format` in the template.
const ACCESS_LINE_BYTES: f64 = 320.0;

/// What something costs, in dollars, by who takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// `DynamoDB`.
    pub table: f64,
    /// Lambda.
    pub functions: f64,
    /// API Gateway.
    pub gateway: f64,
    /// `CloudFront`.
    pub edge: f64,
    /// `CloudWatch`.
    pub logs: f64,
}

impl Cost {
    /// All of it.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.table + self.functions + self.gateway + self.edge + self.logs
    }

    /// So many times as much.
    #[must_use]
    pub fn times(&self, many: f64) -> Self {
        let Self { table, functions, gateway, edge, logs } = self;
        Self {
            table: table * many,
            functions: functions * many,
            gateway: gateway * many,
            edge: edge * many,
            logs: logs * many,
        }
    }
}

impl std::iter::Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, cost| Self {
            table: sum.table + cost.table,
            functions: sum.functions + cost.functions,
            gateway: sum.gateway + cost.gateway,
            edge: sum.edge + cost.edge,
            logs: sum.logs + cost.logs,
        })
    }
}

/// What a verb was measured with.
///
/// # Errors
/// No budget has this name.
pub fn budget(verb: &str) -> Result<&'static Budget, String> {
    BUDGETS.iter().find(|budget| budget.verb == verb).ok_or_else(|| format!("no budget is for {verb:?}"))
}

/// How long a call is under way in an instance that has started, in milliseconds.
#[must_use]
pub fn milliseconds(budget: &Budget) -> i64 {
    let reads = i64::from(budget.rounds) - i64::from(budget.units > 0);
    let write = if budget.units > 0 { aws::TRANSACTION_MS } else { 0 };
    OWN_MS + reads.max(0) * aws::ROW_MS + write
}

/// What a call over HTTP costs that uses so much of the table; its reads are of one unit each.
///
/// # Errors
/// The template has no such function.
pub fn call(template: &Template, function: &str, budget: &Budget) -> Result<Cost, String> {
    let reads = budget.requests - u32::from(budget.units > 0);
    let ran = run(template, function, milliseconds(budget))?;
    Ok(Cost {
        table: f64::from(budget.units) * aws::WRITE_UNIT + f64::from(reads) * aws::READ_UNIT,
        gateway: aws::HTTP_CALL,
        edge: aws::EDGE_REQUEST,
        logs: ran.logs + ACCESS_LINE_BYTES / 1e9 * aws::LOG_GB,
        ..ran
    })
}

/// What a browser's question before a call to another origin costs: API Gateway answers it.
#[must_use]
pub fn preflight() -> Cost {
    let logs = ACCESS_LINE_BYTES / 1e9 * aws::LOG_GB;
    Cost { gateway: aws::HTTP_CALL, edge: aws::EDGE_REQUEST, logs, ..Cost::default() }
}

/// What it costs that a function runs once for so many milliseconds, and says so in its log.
///
/// # Errors
/// The template has no such function.
pub fn run(template: &Template, function: &str, ms: i64) -> Result<Cost, String> {
    let logs = (OWN_LINE_BYTES + aws::PLATFORM_LOG_BYTES) / 1e9 * aws::LOG_GB;
    Ok(Cost { functions: aws::INVOCATION + time(template, function, ms)?, logs, ..Cost::default() })
}

/// What so many milliseconds of a function cost.
///
/// # Errors
/// The template has no such function.
pub fn time(template: &Template, function: &str, ms: i64) -> Result<f64, String> {
    #[allow(clippy::cast_precision_loss)] // minutes, in milliseconds
    let seconds = ms as f64 / 1_000.0;
    Ok(template.gigabytes(function)? * seconds * aws::GB_SECOND)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_computes_for_follows_from_a_core_and_the_memory() {
        let gigabytes = Template::read().unwrap().gigabytes("hold").unwrap();
        #[allow(clippy::cast_precision_loss)]
        let own = OWN_MS as f64;
        assert!((own - (CORE_MS * aws::CORE_MB / (gigabytes * 1_024.0)).ceil()).abs() < f64::EPSILON);
    }

    #[test]
    fn a_first_hold_waits_for_one_transaction_and_a_confirm_for_one_read_more() {
        let hold = milliseconds(budget("first hold, of 1 seat").unwrap());
        let confirm = milliseconds(budget("confirm of 1 seat").unwrap());
        assert_eq!((hold, confirm - hold), (OWN_MS + aws::TRANSACTION_MS, aws::ROW_MS));
    }

    #[test]
    fn a_transaction_costs_twice_its_rows_and_its_index_entries_once() {
        let template = Template::read().unwrap();
        let confirm = call(&template, "confirm", budget("confirm of 1 seat").unwrap()).unwrap();
        // A seat, the hold, the booking and the payment's guard; two indexes; the hold row is read.
        let expected = (4.0 * 2.0 + 2.0) * aws::WRITE_UNIT + aws::READ_UNIT;
        assert!((confirm.table - expected).abs() < 1e-12, "{}", confirm.table);
    }

    #[test]
    fn costs_add_up() {
        let once = Cost { table: 1.0, functions: 2.0, gateway: 3.0, edge: 4.0, logs: 5.0 };
        assert!((once.times(2.0).sum() - 30.0).abs() < 1e-12);
        assert_eq!([once, once].into_iter().sum::<Cost>(), once.times(2.0));
    }
}
