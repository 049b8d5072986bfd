//! When a window trips.

use resilience_policy::{Circuit as Policy, Window};

use super::window::Tally;

/// Whether a window trips, and whether it would trip if only successes followed.
///
/// While the window fills, successes add calls and take no failure away, so the first look at
/// `min_calls` calls decides; from then on they can only lower the rate.
pub(super) fn look(policy: &Policy, tally: Tally) -> (bool, bool) {
    let min = match policy.effective_window() {
        Window::Calls(calls) => policy.effective_min_calls().min(calls),
        _ => policy.effective_min_calls(),
    };
    let enough = |calls: u32| {
        reaches(tally.failures, policy.effective_rate(), calls)
            || policy
                .effective_slow_rate()
                .is_some_and(|rate| reaches(tally.slow, rate, calls))
    };
    if tally.calls >= min {
        return (enough(tally.calls), false);
    }
    (false, enough(min))
}

/// Whether so many of so many calls are at least so many percent. None never are.
fn reaches(bad: u32, percent: u32, calls: u32) -> bool {
    bad > 0 && u64::from(bad) * 100 >= u64::from(percent) * u64::from(calls)
}
