//! Processes under measurement: started, timed, and stopped by the handle that is kept.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use std::{fs, thread};

use anyhow::{Context, Result};
use bytes::Bytes;
use support::process::Program;

use crate::runtime_api::RuntimeApi;
use crate::secrets;

/// The secret of tokens here; it guards nothing.
pub const SECRET: &str = "a-secret-of-the-benchmark-with-more-than-32-bytes";

/// A table for a process to work on.
#[derive(Clone, Debug)]
pub struct TableAt {
    pub endpoint: String,
    pub name: String,
}

/// A function's process under a runtime API of its own.
pub struct Function {
    pub api: RuntimeApi,
    pub program: Program,
    pub spawned: Instant,
    log: Arc<Mutex<Vec<String>>>,
}

impl Function {
    /// Starts the binary with nothing but a function's environment.
    pub async fn start(binary: &Path, table: &TableAt) -> Result<Self> {
        Self::start_with(binary, table, []).await
    }

    /// The same with some variables more.
    pub async fn start_with<const N: usize>(
        binary: &Path,
        table: &TableAt,
        variables: [(&str, String); N],
    ) -> Result<Self> {
        let api = RuntimeApi::start().await?;
        let mut command = command(binary, table);
        command
            .env("AWS_LAMBDA_RUNTIME_API", api.address.to_string())
            .env("AWS_ENDPOINT_URL_SECRETS_MANAGER", format!("http://{}", api.address))
            .envs(secrets::NAMES)
            .envs(variables);
        let spawned = Instant::now();
        let mut program = Program::start(&mut command).with_context(|| format!("cannot start {}", binary.display()))?;
        // The log goes where Lambda takes it: into a pipe.
        let lines = BufReader::new(program.stdout().context("no pipe")?).lines();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        Ok(Self { api, program, spawned, log })
    }

    /// Milliseconds of CPU that so many calls take together, after some that warm the process up. `payload` makes each by its number,
    /// and `check` sees each answer.
    pub async fn cost_of(
        &mut self,
        (warm, count): (usize, usize),
        payload: impl Fn(usize) -> Bytes,
        check: impl Fn(&[u8]) -> Result<()>,
    ) -> Result<f64> {
        let mut before = 0.0;
        for number in 0..warm + count {
            if number == warm {
                before = cpu_ms(&self.program)?;
            }
            check(&self.api.invoke(payload(number)).await?)?;
        }
        Ok(cpu_ms(&self.program)? - before)
    }

    /// The lines of its log that have come by now.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A command with a function's environment, and nothing of this process's own.
pub fn command(binary: &Path, table: &TableAt) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .envs([
            ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("JWT_ALGORITHMS", "HS256"),
            ("TABLE_NAME", &table.name),
            ("AWS_ENDPOINT_URL_DYNAMODB", &table.endpoint),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    command
}

/// CPU time of a running process, all its threads, in milliseconds; counted in ticks of 10 ms.
pub fn cpu_ms(program: &Program) -> Result<f64> {
    let cpu = program.process().cpu().context("the process has ended")?;
    Ok(cpu.as_secs_f64() * 1_000.0)
}

/// CPU time of a process that has just begun, in milliseconds, to the microsecond: the sum over its living threads.
pub fn young_cpu_ms(program: &Program) -> Result<f64> {
    let tasks = fs::read_dir(format!("/proc/{}/task", program.process().id()))?;
    let mut nanoseconds = 0;
    for task in tasks {
        let text = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        nanoseconds += text.split(' ').next().and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
    }
    Ok(std::time::Duration::from_nanos(nanoseconds).as_secs_f64() * 1_000.0)
}
