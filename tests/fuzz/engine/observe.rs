//! Runs a target once. A panic is a complaint with its place, and nothing is printed: shrinking panics thousands of
//! times.

use super::Target;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static OBSERVING: Cell<bool> = const { Cell::new(false) };
    static COMPLAINT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What the target has to say against an input.
pub fn observe(target: Target, input: &[u8]) -> Result<(), String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| match OBSERVING.get() {
            true => COMPLAINT.set(panic.to_string()),
            false => usual(panic),
        }));
    });
    OBSERVING.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| target(input)));
    OBSERVING.set(false);
    outcome.map_err(|_| COMPLAINT.take())
}
