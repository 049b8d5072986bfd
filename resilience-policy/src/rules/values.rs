//! Rules about the values of one layer.

use super::{Layer, Rule, Violation, limits};
use crate::{
    cache::Cache,
    circuit::{Circuit, Window},
    idempotent::Idempotent,
    retry::{Count, Retry},
    schedule::Shape,
};

const fn retry(stack: &[Layer], at: usize) -> Option<Retry> {
    match stack[at] {
        Layer::Retry { policy, .. } => policy,
        _ => None,
    }
}

const fn circuit(stack: &[Layer], at: usize) -> Option<Circuit> {
    match stack[at] {
        Layer::Circuit { policy, .. } => policy,
        _ => None,
    }
}

pub(super) const fn no_attempts(stack: &[Layer], at: usize) -> Option<Violation> {
    let Some(retry) = retry(stack, at) else {
        return None;
    };
    if !matches!(retry.count, Count::Attempts(0)) {
        return None;
    }
    let rule = Rule::NoAttempts;
    let text = rule
        .says()
        .str("`attempts = 0` would never run the body: write `attempts = 1`, ");
    rule.broken(at, "attempts", text.str("or `max = 0` for no retries"))
}

/// A key, and what to write instead of its value.
pub(super) type Wrong = Option<(&'static str, &'static str)>;

pub(super) const fn wrong_if(wrong: bool, key: &'static str, instead: &'static str) -> Wrong {
    if wrong { Some((key, instead)) } else { None }
}

/// The nth wrong key of these.
const fn broken(rule: Rule, at: usize, wrong: &[Wrong], mut nth: usize) -> Option<Violation> {
    let mut place = 0;
    while place < wrong.len() {
        if let Some((key, instead)) = wrong[place] {
            if nth == 0 {
                return rule.broken(at, key, rule.says().str(instead));
            }
            nth -= 1;
        }
        place += 1;
    }
    None
}

pub(super) const fn zero_duration(stack: &[Layer], at: usize, nth: usize) -> Option<Violation> {
    let rule = Rule::ZeroDuration;
    match stack[at] {
        Layer::Timeout {
            after: Some(after), ..
        } => {
            let text =
                "a timeout of zero would cut off every call that waits: write how long it may take";
            broken(rule, at, &[wrong_if(after.is_zero(), "", text)], nth)
        }
        Layer::Retry {
            policy: Some(retry),
            ..
        } => {
            let pauses = !matches!(retry.backoff.shape, Shape::None);
            let wrong = [
                wrong_if(
                    pauses && retry.backoff.base.is_zero(),
                    "base",
                    "a backoff from zero never waits: write `backoff = none` if you mean that",
                ),
                wrong_if(
                    retry.after_max.is_zero(),
                    "after_max",
                    "`after_max` is zero, so a delay asked by the error always ends the retrying: write the longest delay to wait for",
                ),
            ];
            broken(rule, at, &wrong, nth)
        }
        Layer::Cache {
            policy: Some(cache),
            ..
        } => {
            let wrong = [
                wrong_if(
                    cache.ttl.is_zero(),
                    "ttl",
                    "a cache of no time keeps nothing: write how long a value lives",
                ),
                wrong_if(
                    matches!(cache.stale, Some(stale) if stale.is_zero()),
                    "stale",
                    "with `stale` at zero no old value ever answers: write for how long one may, or remove it",
                ),
            ];
            broken(rule, at, &wrong, nth)
        }
        Layer::Idempotent {
            policy: Some(idempotent),
            ..
        } => {
            let text =
                "with `ttl` at zero no result is kept: write how long it answers for its key";
            broken(
                rule,
                at,
                &[wrong_if(idempotent.ttl.is_zero(), "ttl", text)],
                nth,
            )
        }
        Layer::Circuit {
            policy: Some(circuit),
            ..
        } => {
            let wrong = [
                wrong_if(
                    circuit.cooldown.is_zero(),
                    "cooldown",
                    "a cooldown of zero never rests the dependency: write how long",
                ),
                wrong_if(
                    matches!(circuit.window, Some(Window::Time(time)) if time.is_zero()),
                    "window",
                    "a window of no time never holds a call: write how far it looks back",
                ),
                wrong_if(
                    matches!(circuit.slow, Some(slow) if slow.is_zero()),
                    "slow",
                    "with `slow` at zero every call is slow: write from when on it is",
                ),
            ];
            broken(rule, at, &wrong, nth)
        }
        _ => broken(rule, at, &limits::zero_duration(&stack[at]), nth),
    }
}

pub(super) const fn zero_count(stack: &[Layer], at: usize, nth: usize) -> Option<Violation> {
    if let Layer::Cache {
        policy: Some(Cache { max, .. }),
        ..
    }
    | Layer::Idempotent {
        policy: Some(Idempotent { max, .. }),
        ..
    } = stack[at]
    {
        let text = "`max = 0` leaves no room for any result: write at least 1";
        return broken(Rule::ZeroCount, at, &[wrong_if(max == 0, "max", text)], nth);
    }
    let Some(circuit) = circuit(stack, at) else {
        return broken(Rule::ZeroCount, at, &limits::zero_count(&stack[at]), nth);
    };
    let wrong = [
        wrong_if(
            matches!(circuit.failures, Some(0)),
            "failures",
            "`failures = 0` would open the circuit before any call: write at least 1",
        ),
        wrong_if(
            matches!(circuit.window, Some(Window::Calls(0))),
            "window",
            "a window of 0 calls never holds one: write at least 1",
        ),
        wrong_if(
            matches!(circuit.min_calls, Some(0)),
            "min_calls",
            "`min_calls = 0` would look at a rate of nothing: write at least 1",
        ),
        wrong_if(
            circuit.probes == 0,
            "probes",
            "with `probes = 0` an open circuit could never close: write at least 1",
        ),
        wrong_if(
            circuit.cooldown_factor == 0,
            "cooldown_factor",
            "`cooldown_factor = 0` would end the cooldown at once: write at least 1",
        ),
        wrong_if(
            circuit.keys_max == 0,
            "keys_max",
            "`keys_max = 0` leaves no room for any key: write at least 1",
        ),
    ];
    broken(Rule::ZeroCount, at, &wrong, nth)
}

pub(super) const fn percentage(stack: &[Layer], at: usize, nth: usize) -> Option<Violation> {
    let Some(circuit) = circuit(stack, at) else {
        return None;
    };
    let rate = match circuit.rate {
        Some(rate) if rate == 0 || rate > 100 => Some(("rate", rate)),
        _ => None,
    };
    let slow_rate = match circuit.slow_rate {
        Some(rate) if rate == 0 || rate > 100 => Some(("slow_rate", rate)),
        _ => None,
    };
    let (key, percent) = match (rate, slow_rate, nth) {
        (Some(rate), _, 0) => rate,
        (Some(_), Some(slow_rate), 1) | (None, Some(slow_rate), 0) => slow_rate,
        _ => return None,
    };
    let rule = Rule::Percentage;
    let text = rule
        .says()
        .str("`")
        .str(key)
        .str(" = ")
        .number(percent as u64);
    rule.broken(
        at,
        key,
        text.str("%` can never be met as meant: write `1%` to `100%`"),
    )
}

pub(super) const fn base_above_cap(stack: &[Layer], at: usize) -> Option<Violation> {
    let Some(retry) = retry(stack, at) else {
        return None;
    };
    let backoff = retry.backoff;
    if backoff.base.as_nanos() <= backoff.cap.as_nanos() {
        return None;
    }
    let rule = Rule::BaseAboveCap;
    let text = rule
        .says()
        .str("the backoff starts at ")
        .duration(backoff.base);
    let text = text.str(if backoff.cap_written {
        ", above its cap of "
    } else {
        ", above the default cap of "
    });
    let text = text
        .duration(backoff.cap)
        .str(", so that every delay is the cap: ");
    let text = text
        .str("write a smaller base or `cap = ")
        .duration(backoff.base);
    rule.broken(at, "base", text.str("` or more"))
}

pub(super) const fn shrinking_factor(stack: &[Layer], at: usize) -> Option<Violation> {
    let Some(retry) = retry(stack, at) else {
        return None;
    };
    // Written so that a factor which is no number is refused too.
    if retry.backoff.factor >= 1.0 && retry.backoff.factor <= f64::MAX {
        return None;
    }
    let rule = Rule::ShrinkingFactor;
    let text = "a factor below 1 makes the delays shrink: write `factor = 1` or more";
    rule.broken(at, "factor", rule.says().str(text))
}

pub(super) const fn mixed_modes(stack: &[Layer], at: usize) -> Option<Violation> {
    let Some(circuit) = circuit(stack, at) else {
        return None;
    };
    if circuit.failures.is_none() {
        return None;
    }
    let key = if circuit.rate.is_some() {
        "rate"
    } else if circuit.window.is_some() {
        "window"
    } else if circuit.min_calls.is_some() {
        "min_calls"
    } else if circuit.slow_rate.is_some() {
        "slow_rate"
    } else {
        return None;
    };
    let rule = Rule::MixedModes;
    let text = rule
        .says()
        .str("`failures` counts failures in a row, `")
        .str(key);
    rule.broken(
        at,
        key,
        text.str("` looks at a window of calls: keep one of the two"),
    )
}

pub(super) const fn min_calls_above_window(stack: &[Layer], at: usize) -> Option<Violation> {
    let Some(circuit) = circuit(stack, at) else {
        return None;
    };
    let (Some(min_calls), Window::Calls(window)) = (circuit.min_calls, circuit.effective_window())
    else {
        return None;
    };
    if min_calls <= window {
        return None;
    }
    let rule = Rule::MinCallsAboveWindow;
    let text = rule.says().str("a window of ").number(window as u64);
    let text = text.str(" calls never holds the ").number(min_calls as u64);
    let text =
        text.str(" that `min_calls` asks for, so the circuit never opens: write `min_calls = ");
    rule.broken(at, "min_calls", text.number(window as u64).str("` or less"))
}

pub(super) const fn slow_rate_without_slow(stack: &[Layer], at: usize) -> Option<Violation> {
    let Some(circuit) = circuit(stack, at) else {
        return None;
    };
    if circuit.slow_rate.is_none() || circuit.slow.is_some() {
        return None;
    }
    let rule = Rule::SlowRateWithoutSlow;
    let text = "`slow_rate` needs `slow`, which says from when on a call is slow: add `slow = 2s`";
    rule.broken(at, "slow_rate", rule.says().str(text))
}
