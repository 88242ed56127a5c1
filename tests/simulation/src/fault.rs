//! Everything that can go wrong, how often it does, and how often it did.

use fastrand::Rng;
use std::collections::VecDeque;
use std::fmt;

/// One way in which the world fails the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// A request never reaches the table, and nobody says so.
    RequestLost,
    /// The table did what was asked; its answer never arrives.
    AnswerLost,
    /// The table does what was asked after its sender has given up on the attempt.
    Delayed,
    /// An answer that takes its time, within the attempt's time-out.
    Slow,
    /// The connection breaks before the table has done anything.
    ResetBefore,
    /// The connection breaks after the table did it.
    ResetAfter,
    /// Any subset of a transaction's items is part of another transaction, mixed with conditions that really fail.
    TransactionConflict,
    /// A plain write meets a transaction.
    WriteConflict,
    /// A transaction is cancelled, some of its items for throttling.
    ItemsThrottled,
    /// A transaction is cancelled, some of its items for want of throughput.
    ItemsOverThroughput,
    /// The table takes no more requests at the moment.
    Throttled,
    /// A partition takes no more requests at the moment.
    OverThroughput,
    /// A transaction with this token is still under way.
    TransactionInProgress,
    /// The table breaks inside before it has done anything.
    InternalBefore,
    /// The table breaks inside, and has done it or will yet do it.
    InternalAfter,
    /// A batch of reads comes back in part.
    KeysUnprocessed,
    /// A query comes back page by page.
    ShortPages,
    /// The clock of a function instance jumps.
    ClockJumped,
    /// A function dies before its next request leaves.
    KilledBefore,
    /// A function dies while the table does what it asked.
    KilledAfter,
    /// An instance is taken away after its answer, with all that it remembers.
    Recycled,
    /// A batch of the stream is delivered again.
    BatchRepeated,
    /// A batch of the stream waits.
    BatchLate,
    /// Changes of different seats in a batch change places.
    BatchReordered,
    /// A batch is split.
    BatchSplit,
    /// A record that nobody can read is in a batch.
    PoisonRecord,
    /// A batch of the stream is given up, as Lambda does after its retries.
    BatchDropped,
    /// A socket is closed, and posts to it find that out.
    SocketGone,
    /// A post to a socket gets no answer.
    SocketHung,
    /// A post to a socket takes its time.
    SocketSlow,
    /// A socket takes no more posts at the moment.
    SocketThrottled,
    /// API Gateway breaks, or finds something wrong with a post to a socket.
    SocketFailed,
    /// Every frame of a minute is lost, and nobody is told.
    FramesLost,
    /// A row is deleted at some time after its ttl.
    Expired,
    /// An event's settings change while functions remember the old ones.
    SettingsChanged,
    /// A client sends the same request twice at once.
    ClickedTwice,
    /// A client does not get its answer, and asks again.
    ClientRepeated,
}

use Fault as F;

/// Every fault, and the share of the occasions on which it strikes in an ordinary run.
pub const RATES: [(Fault, f64); 37] = [
    (F::RequestLost, 0.004),
    (F::AnswerLost, 0.006),
    (F::Delayed, 0.006),
    (F::Slow, 0.01),
    (F::ResetBefore, 0.004),
    (F::ResetAfter, 0.006),
    (F::TransactionConflict, 0.06),
    (F::WriteConflict, 0.02),
    (F::ItemsThrottled, 0.006),
    (F::ItemsOverThroughput, 0.006),
    (F::Throttled, 0.006),
    (F::OverThroughput, 0.006),
    (F::TransactionInProgress, 0.006),
    (F::InternalBefore, 0.006),
    (F::InternalAfter, 0.006),
    (F::KeysUnprocessed, 0.2),
    (F::ShortPages, 0.05),
    (F::ClockJumped, 0.05),
    (F::KilledBefore, 0.003),
    (F::KilledAfter, 0.005),
    (F::Recycled, 0.01),
    (F::BatchRepeated, 0.1),
    (F::BatchLate, 0.1),
    (F::BatchReordered, 0.2),
    (F::BatchSplit, 0.1),
    (F::PoisonRecord, 0.02),
    (F::BatchDropped, 0.02),
    (F::SocketGone, 0.002),
    (F::SocketHung, 0.004),
    (F::SocketSlow, 0.02),
    (F::SocketThrottled, 0.02),
    (F::SocketFailed, 0.004),
    (F::FramesLost, 0.0005),
    (F::Expired, 0.5),
    (F::SettingsChanged, 1.0),
    (F::ClickedTwice, 0.04),
    (F::ClientRepeated, 0.03),
];

/// The faults of one run.
#[derive(Clone, Debug)]
pub struct Faults {
    rates: [f64; RATES.len()],
    counts: [u64; RATES.len()],
    /// Whether anything fails at the moment.
    pub on: bool,
    /// What the next transactions meet, one after the other and whatever the rates: none, or a fault, with its delay in
    /// ms where it comes late.
    pub script: VecDeque<Option<(Fault, u64)>>,
    /// The delay of the fault that the script gave last, in ms.
    pub scripted_delay: Option<u64>,
    /// Since when the table is away, in ms: no request has been done since then but those that were under way.
    pub away_since: Option<i64>,
}

impl Faults {
    /// Faults of a run: each is left out, usual, or three times as frequent, so that runs differ in what they stress.
    #[must_use]
    pub fn drawn(rng: &mut Rng) -> Self {
        let rates = RATES.map(|(_, rate)| rate * [0.0, 1.0, 1.0, 3.0][rng.usize(0..4)]);
        Self { rates, on: true, ..Self::none() }
    }

    /// Every fault as often as in an ordinary run.
    #[must_use]
    pub fn usual() -> Self {
        Self { rates: RATES.map(|(_, rate)| rate), on: true, ..Self::none() }
    }

    /// No faults at all.
    #[must_use]
    pub fn none() -> Self {
        let (rates, counts) = ([0.0; RATES.len()], [0; RATES.len()]);
        Self { rates, counts, on: false, script: VecDeque::new(), scripted_delay: None, away_since: None }
    }

    /// Nothing but these faults, each on this share of the occasions.
    pub fn always(&mut self, rates: &[(Fault, f64)]) {
        self.rates = [0.0; RATES.len()];
        rates.iter().for_each(|(fault, rate)| self.rates[*fault as usize] = *rate);
        self.on = true;
    }

    /// Leaves a fault out.
    pub fn without(&mut self, fault: Fault) {
        self.rates[fault as usize] = 0.0;
    }

    /// What the script has for the next transaction; none where it has come to its end.
    pub fn scripted(&mut self) -> Option<Option<Fault>> {
        let next = self.script.pop_front()?;
        self.scripted_delay = next.map(|(_, delay)| delay);
        Some(next.map(|(fault, _)| fault))
    }

    /// Whether this run ever loses changes on their way to a watcher: then watchers read the availability now and then, and in
    /// every other run frames alone must do.
    #[must_use]
    pub fn lose_frames(&self) -> bool {
        [F::BatchDropped, F::FramesLost].into_iter().any(|fault| self.rates[fault as usize] > 0.0)
    }

    /// The share of occasions on which a fault strikes at the moment.
    #[must_use]
    pub fn rate(&self, fault: Fault) -> f64 {
        if self.on { self.rates[fault as usize] } else { 0.0 }
    }

    /// Whether a fault strikes here.
    pub fn strikes(&mut self, rng: &mut Rng, fault: Fault) -> bool {
        self.first(rng, &[fault]).is_some()
    }

    /// Which of these faults strikes here, if any; counted.
    pub fn first(&mut self, rng: &mut Rng, possible: &[Fault]) -> Option<Fault> {
        let fault = self.which(rng, possible)?;
        self.count(fault);
        Some(fault)
    }

    /// Which of these faults is to strike, if any. The caller counts it where it does.
    #[must_use]
    pub fn which(&self, rng: &mut Rng, possible: &[Fault]) -> Option<Fault> {
        let mut drawn = rng.f64();
        possible.iter().copied().find(|fault| {
            let rate = self.rate(*fault);
            drawn -= rate;
            drawn < 0.0
        })
    }

    /// Counts a fault.
    pub fn count(&mut self, fault: Fault) {
        self.counts[fault as usize] += 1;
    }

    /// How often each fault struck.
    pub fn counts(&self) -> impl Iterator<Item = (Fault, u64)> {
        RATES.iter().map(|(fault, _)| *fault).zip(self.counts)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{self:?}");
        for (at, letter) in name.chars().enumerate() {
            match letter.is_uppercase() && at > 0 {
                true => write!(f, " {}", letter.to_lowercase())?,
                false => write!(f, "{}", letter.to_lowercase())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faults_place_is_its_number() {
        for (at, (fault, _)) in RATES.iter().enumerate() {
            assert_eq!(*fault as usize, at, "{fault:?}");
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_its_rate() {
        let mut rng = Rng::with_seed(1);
        let mut faults = Faults { rates: RATES.map(|(_, rate)| rate), ..Faults::none() };
        faults.on = true;
        for _ in 0..10_000 {
            faults.first(&mut rng, &[F::Slow, F::TransactionConflict]);
        }
        let count = |wanted| faults.counts().find(|(fault, _)| *fault == wanted).map_or(0, |(_, count)| count);
        assert!((50..200).contains(&count(F::Slow)), "{}", count(F::Slow));
        assert!((400..800).contains(&count(F::TransactionConflict)), "{}", count(F::TransactionConflict));
    }
}
