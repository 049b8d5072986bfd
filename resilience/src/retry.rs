//! Retry: the pure counting, the decision, and the pause before the next attempt.
//!
//! The loop itself stands in the annotated function; see `docs/architecture.md`. What is generic
//! here is small, what is slow is not generic.

mod answer;
mod budget;
mod decide;
mod delays;
mod judge;
mod pause;
mod told;

#[cfg(feature = "testing")]
pub(crate) use self::budget::reset_all;
use self::pause::Pause;
pub use self::{
    budget::RetryBudget,
    decide::{Attempts, RetryLayer},
    judge::{Asked, by_class, delay, filter, holds, judge, judge_value, selects},
    told::{GaveUp, GiveUpReason, Retrying, gave_up, retrying},
};
