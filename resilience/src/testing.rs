//! The test kit (feature `testing`).
//!
//! Time is tokio's: `#[tokio::test(start_paused = true)]` pauses it, and every delay, limit and
//! cooldown of this crate follows. What is fixed here (jitter, delays) is fixed for the current
//! thread only, so that tests in one process do not disturb each other.
//!
//! ```
//! use std::time::Duration;
//! use resilience::testing::{Script, fix_jitter};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
//! let _jitter = fix_jitter(1.0);
//! let script = Script::new().fail("busy").fail("busy").ok(7);
//! assert_eq!(script.call().await, Err("busy"));
//! assert_eq!(script.calls(), 1);
//! # }
//! ```

mod script;

pub use self::script::Script;
use crate::{rng, time};

/// Undoes what a function of the test kit fixed, when dropped.
#[derive(Debug)]
#[must_use = "dropping the guard undoes it"]
pub struct Fixed(Undo);

#[derive(Debug)]
enum Undo {
    Random(Option<u64>),
    Delays(bool),
}

impl Drop for Fixed {
    fn drop(&mut self) {
        match self.0 {
            Undo::Random(before) => {
                rng::fix(before);
            }
            Undo::Delays(before) => {
                time::switch_delays_off(before);
            }
        }
    }
}

/// Fixes the random part of every jitter on this thread: 0 is the shortest delay, 1 the longest.
///
/// Values outside 0 to 1 count as the nearer end.
pub fn fix_jitter(part: f64) -> Fixed {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "float casts saturate, and 1.0 becomes exactly the largest number"
    )]
    let random = (part.clamp(0.0, 1.0) * u64::MAX as f64) as u64;
    Fixed(Undo::Random(rng::fix(Some(random))))
}

/// Seeds the jitter on this thread, so that a run repeats.
pub fn seed_jitter(seed: u64) {
    fastrand::seed(seed);
}

/// Makes every delay between attempts zero on this thread, also those asked by errors.
pub fn no_delays() -> Fixed {
    Fixed(Undo::Delays(time::switch_delays_off(true)))
}

/// Fills every retry budget and rate limit and closes every circuit of the process, forced ones
/// too; empties every hedge budget, forgets every observed latency, and every result that is cached
/// or kept for its key. Keys and counters are forgotten. Slots of bulkheads belong to the calls that
/// hold them.
///
/// The state of annotated functions is shared by all tests of a process: call this first in a
/// test that counts on a fresh start, and do not run such tests beside others of the same
/// function.
pub fn reset() {
    crate::retry::reset_all();
    crate::circuit::reset_all();
    crate::rate_limit::reset_all();
    crate::bulkhead::reset_all();
    crate::hedge::reset_budgets();
    crate::hedge::reset_latencies();
    crate::cache::reset_all();
    crate::idempotent::forget_all();
}
