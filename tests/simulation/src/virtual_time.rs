//! Virtual time on one thread: whatever waits takes no time, and everything that is drawn follows from one seed.

use std::io;
use std::panic::resume_unwind;
use std::thread::{self, Builder};
use tracing::subscriber::NoSubscriber;

/// Stack of a thread that plays, as large as a function's on Lambda: the SDK's futures are deep, the more so
/// unoptimised.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// Plays a scene from its beginning to its end, with the stack that a function has, under the name of the thread that asks
/// for it: that is the test's.
///
/// # Errors
/// The thread or the runtime cannot be made.
pub fn play<T: Send, F: Future<Output = T>>(seed: u64, scene: impl FnOnce() -> F + Send) -> io::Result<T> {
    let name = thread::current().name().unwrap_or_default().to_owned();
    thread::scope(|scope| {
        let stage = Builder::new().name(name).stack_size(STACK_BYTES).spawn_scoped(scope, || play_here(seed, scene))?;
        stage.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn play_here<T, F: Future<Output = T>>(seed: u64, scene: impl FnOnce() -> F) -> io::Result<T> {
    // Until some subscriber has been set in the process, the SDK's spans each draw a number from the thread's generator
    // (tracing's feature `log`), and afterwards none does. So a run would follow from whatever else was played before it.
    let _subscriber = tracing::subscriber::set_default(NoSubscriber::default());
    // The SDK draws its waits from the thread's generator.
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(tokio::task::LocalSet::new().block_on(&runtime, scene()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_draws_the_same_whether_or_not_something_was_logged_before_it() {
        let drawn = || {
            play(7, || async {
                tracing::debug_span!("as the SDK has them", id = fastrand::u32(..));
                fastrand::u64(..)
            })
        };
        let before = drawn().ok();
        drop(tracing::subscriber::set_default(NoSubscriber::default()));
        assert!(before.is_some() && before == drawn().ok());
    }
}
