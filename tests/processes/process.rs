//! One process, known by its number and by the moment it began, so that a number that is used again is never mistaken.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

const POLL: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    id: i32,
    /// In clock ticks since the machine started.
    began: u64,
}

struct Stat {
    process: Process,
    parent: i32,
    /// It has ended, and its parent has not been told yet.
    ended: bool,
}

impl Process {
    pub(crate) fn of(id: i32) -> Option<Process> {
        stat(id).map(|stat| stat.process)
    }

    pub(crate) fn runs(self) -> bool {
        stat(self.id).is_some_and(|stat| stat.process == self && !stat.ended)
    }

    /// True if the process was still there to be told.
    pub(crate) fn signal(self, signal: Signal) -> bool {
        self.runs() && Pid::from_raw(self.id).is_some_and(|id| kill_process(id, signal).is_ok())
    }

    pub(crate) fn arguments(self) -> Vec<String> {
        let line = fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    /// Everything that it has started and everything that those have, each with its parent.
    pub(crate) fn family(self) -> Vec<(Process, Process)> {
        let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
        for entry in fs::read_dir("/proc").expect("/proc").flatten() {
            let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if let Some(stat) = id.and_then(stat).filter(|stat| !stat.ended) {
                children.entry(stat.parent).or_default().push(stat.process);
            }
        }
        let (mut family, mut left) = (Vec::new(), vec![self]);
        while let Some(parent) = left.pop() {
            for child in children.remove(&parent.id).unwrap_or_default() {
                family.push((child, parent));
                left.push(child);
            }
        }
        family
    }
}

/// Those that still run after this time, or none as soon as none does.
pub(crate) fn left_after(time: Duration, processes: &[Process]) -> Vec<Process> {
    let deadline = Instant::now() + time;
    loop {
        let left: Vec<Process> = processes.iter().copied().filter(|process| process.runs()).collect();
        if left.is_empty() || Instant::now() > deadline {
            return left;
        }
        std::thread::sleep(POLL);
    }
}

fn stat(id: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may have any in it; after it come numbers.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ended = matches!(*fields.first()?, "Z" | "X");
    Some(Stat {
        process: Process { id, began: fields.get(19)?.parse().ok()? },
        parent: fields.get(1)?.parse().ok()?,
        ended,
    })
}
