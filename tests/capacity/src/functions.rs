//! Lambda: instances of functions, each of which serves one call at a time. How many there may be is the account's, how fast they
//! come is the function's.

use crate::aws::{CALLS_PER_CONCURRENCY, CONCURRENCY, RAMP, RAMP_MS};
use crate::window::{Bucket, Second};

/// How a call was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// By an instance that was there.
    Warm,
    /// By an instance that starts for it.
    Cold,
}

/// The functions of one deployment, alone in its account.
#[derive(Clone, Debug)]
pub struct Functions {
    functions: Vec<Function>,
    busy: u32,
    calls: Second,
}

#[derive(Clone, Debug)]
struct Function {
    idle: u32,
    instances: u32,
    ramp: Bucket,
}

impl Functions {
    /// So many functions, none of which has an instance yet.
    #[must_use]
    pub fn new(functions: usize) -> Self {
        #[allow(clippy::cast_precision_loss)] // ten thousand
        let ramp = Bucket::of(RAMP, f64::from(RAMP) * 1_000.0 / RAMP_MS as f64);
        let function = Function { idle: 0, instances: 0, ramp };
        Self { functions: vec![function; functions], busy: 0, calls: Second::of(CONCURRENCY * CALLS_PER_CONCURRENCY) }
    }

    /// Begins a call; none where Lambda throttles it.
    pub fn begin(&mut self, now: i64, function: usize) -> Option<Taken> {
        if self.busy >= CONCURRENCY || self.calls.left(now) == 0 {
            return None;
        }
        let own = &mut self.functions[function];
        let taken = match own.idle {
            0 if own.ramp.take(now) => Taken::Cold,
            0 => return None,
            _ => Taken::Warm,
        };
        match taken {
            Taken::Warm => own.idle -= 1,
            Taken::Cold => own.instances += 1,
        }
        self.calls.give(now, 1);
        self.busy += 1;
        Some(taken)
    }

    /// Ends a call.
    pub fn end(&mut self, function: usize) {
        self.functions[function].idle += 1;
        self.busy -= 1;
    }

    /// Instances that there have been, over all functions; within minutes none goes.
    #[must_use]
    pub fn instances(&self) -> u32 {
        self.functions.iter().map(|function| function.instances).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_serves_one_call_at_a_time_and_then_the_next() {
        let mut functions = Functions::new(1);
        assert_eq!(functions.begin(0, 0), Some(Taken::Cold));
        assert_eq!(functions.begin(0, 0), Some(Taken::Cold));
        functions.end(0);
        assert_eq!(functions.begin(1, 0), Some(Taken::Warm));
        assert_eq!(functions.instances(), 2);
    }

    #[test]
    fn no_more_calls_are_under_way_than_the_account_has_whichever_function_they_are_of() {
        let mut functions = Functions::new(2);
        let taken = (0..3_000).filter(|call| functions.begin(0, call % 2).is_some()).count();
        assert_eq!(taken, CONCURRENCY as usize);
    }

    #[test]
    fn a_function_starts_a_thousand_instances_at_once_and_a_hundred_in_each_second_after_that() {
        let mut functions = Functions::new(1);
        for _ in 0..RAMP {
            assert_eq!(functions.begin(0, 0), Some(Taken::Cold));
        }
        // As though the account's bound had been raised.
        functions.busy = 0;
        assert_eq!(functions.begin(0, 0), None);
        assert_eq!((0..1_000).filter(|_| functions.begin(1_000, 0).is_some()).count(), 100);
    }

    #[test]
    fn no_more_calls_begin_in_a_second_than_ten_for_each_of_the_accounts_instances() {
        let mut functions = Functions::new(1);
        let most = (CONCURRENCY * CALLS_PER_CONCURRENCY) as usize;
        let taken = (0..2 * most).filter(|_| functions.begin(0, 0).inspect(|_| functions.end(0)).is_some()).count();
        assert_eq!(taken, most);
    }
}
