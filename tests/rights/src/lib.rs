//! Least privilege, held against what happens. [`grant`] reads each function's role from `infra/template.yaml`, [`wanted`] says
//! what a request to DynamoDB wants to do, and [`usage`] writes down what was done while the suites ran; the command `rights`
//! compares the two.

pub mod grant;
pub mod template;
pub mod usage;
pub mod wanted;
