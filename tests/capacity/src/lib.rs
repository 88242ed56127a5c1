//! What a sale costs, and what binds it first: the arithmetic of docs/capacity.md, in virtual time.
//!
//! - [`aws`] has every price and limit of AWS's, each with its source; [`template`] reads what `infra/template.yaml` deploys with;
//! - [`verbs`] asks the product's own verbs for their plans, and the store for the rows that these write;
//! - [`window`] counts what a second has; [`keyspace`] is a table's or an index's partitions, [`table`] all three of them together,
//!   [`functions`] Lambda's instances, [`door`] API Gateway;
//! - [`rush`] sells one event to everybody at once, as [`buyer`]s ask again who were turned away;
//! - [`rates`] says what binds at which rate, [`house`] and [`bill`] what a month costs, [`audience`] what those cost who watch;
//! - [`page`] writes all of that into docs/capacity.md, and a test holds the page against what is computed.

pub mod audience;
pub mod aws;
pub mod bill;
pub mod buyer;
pub mod door;
pub mod functions;
pub mod house;
pub mod keyspace;
pub mod markdown;
pub mod page;
pub mod rates;
pub mod rush;
pub mod sale;
pub mod table;
pub mod template;
pub mod usage;
pub mod verbs;
pub mod window;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod product_tests;
