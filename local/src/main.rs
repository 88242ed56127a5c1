//! Holdfast's whole stack on one machine.
//!
//! This program has no behaviour of its own: it reads `infra/template.yaml` and does, on 127.0.0.1,
//! what AWS does with that file. From the client inwards:
//!
//! - [`gateway`]: the HTTP and the WebSocket API, with the payloads of API Gateway;
//! - [`functions`]: one invocation, and how many of them run at once;
//! - [`emulator`] and [`supervise`]: `cargo lambda watch`, which builds and runs the functions;
//! - [`engine`] and [`table`]: the DynamoDB behind it all;
//! - [`pump`] and [`schedule`]: what else calls functions, the table's stream and the clock;
//! - [`metrics`]: what CloudWatch would count of all this, and which alarms would ring;
//! - [`recorder`]: notes which rights the functions use, where a check wants to know;
//! - [`shop`]: the demo shop beside it;
//! - [`beacon`]: a beacon of its own, for draws by lot;
//! - [`stack`]: all of it together, as [`up`] and [`run`] start it;
//! - [`clock`]: the time in the stack, which can be moved ahead;
//! - [`dump`]: the rows of its table, for a checker;
//! - [`verify`]: a draw by lot checked from outside, on this machine or elsewhere.

mod beacon;
mod clock;
mod connections;
mod demo;
mod dump;
mod emulator;
mod engine;
mod functions;
mod gateway;
mod load;
mod metrics;
mod process;
mod pump;
mod recorder;
mod run;
mod say;
mod schedule;
mod settings;
mod shop;
mod stack;
mod supervise;
mod table;
mod tail;
mod template;
mod token;
mod up;
mod verify;

use std::process::ExitCode;

const USAGE: &str = "\
usage:
  local up                    the whole stack on 127.0.0.1:$PORT (8080), data in .local, hot reload
  local run -- CMD [ARGS]     a fresh stack on free ports, CMD with HOLDFAST_URL and friends, then stop
  local token SUB [admin]     print one token
  local pass-key              draw a key pair for the passes of a deployment's waiting rooms
  local demo-data             print the demo's layouts and events as documents of the admin API
  local clock [TIME]          move the clock of the running stack on by a time such as 9m50s; without one, back to now
  local alarms                the alarms of the template as they stand in the running stack, of 127.0.0.1:$PORT or $HOLDFAST_URL
  local verify-draw EVENT     check a draw by lot from outside: [--url http://127.0.0.1:$PORT] [--sub SUB]
                              [--chain hash:publicKey:genesisSeconds:periodSeconds]; what was noted before the opening:
                              [--commitment HEX] [--chain-hash HEX] [--round N]; 0: it holds, 1: it does not, 2: it could not be
                              asked, 3: it is not made yet
  local dump                  every row of the table of `local up`, one DynamoDB JSON item a line

environment: PORT, DYNAMODB=local, DYNAMODB_ENDPOINT=URL, HOLDFAST_JWT_SECRET, HOLDFAST_CONCURRENCY (4),
             CARGO_LAMBDA (path of cargo-lambda), HOLDFAST_PROJECT (folder of the project), HOLDFAST_DATA (.local),
             HOLDFAST_RIGHTS_USED (a file for the rights that functions use; see tests/rights)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["up"] => up::up(),
        ["run", "--", command @ ..] if !command.is_empty() => run::run(command),
        ["dump"] => dump::print(),
        ["demo-data"] => load::print(),
        ["verify-draw", words @ ..] if !words.is_empty() => Ok(verify::command(words)),
        ["pass-key"] => settings::print_pass_keys(),
        ["alarms"] => metrics::command::print(),
        ["clock"] => clock::command(None),
        ["clock", advance] => clock::command(Some(advance)),
        ["token", subject] => token::print(subject, false),
        ["token", subject, "admin"] => token::print(subject, true),
        // The three below are how this program starts others; see `supervise`.
        ["supervise", "--", command @ ..] => supervise::function(command),
        ["guard", "--", command @ ..] => supervise::guard(command),
        ["bound", parent, "--", command @ ..] => supervise::bound(parent, command),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("local: {error:#}");
        ExitCode::FAILURE
    })
}
