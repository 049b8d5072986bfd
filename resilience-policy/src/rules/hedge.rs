//! Rules about a hedge, its values and what lies around it.

use super::{Layer, Rule, Violation, stack::timeout_around};
use crate::hedge::{Hedge, HedgeAfter};
use std::time::Duration;

const fn hedge(stack: &[Layer], at: usize) -> Option<Hedge> {
    match stack[at] {
        Layer::Hedge { policy } => policy,
        _ => None,
    }
}

/// What the hedge at `at` breaks of this rule.
pub(super) const fn broken(
    rule: Rule,
    stack: &[Layer],
    at: usize,
    nth: usize,
) -> Option<Violation> {
    let Some(hedge) = hedge(stack, at) else {
        return None;
    };
    match rule {
        Rule::Percentage => percentage(hedge, at, nth),
        _ if nth > 0 => None,
        Rule::ZeroDuration => zero_duration(hedge, at),
        Rule::ZeroCount => zero_count(hedge, at),
        Rule::HedgeNeverStarts => never_starts(hedge, stack, at),
        _ => None,
    }
}

const fn zero_duration(hedge: Hedge, at: usize) -> Option<Violation> {
    if !matches!(hedge.after, HedgeAfter::Fixed(after) if after.is_zero()) {
        return None;
    }
    let rule = Rule::ZeroDuration;
    let text = "with `after` at zero every call is hedged at once: write from when on it is slow";
    rule.broken(at, "after", rule.says().str(text))
}

const fn zero_count(hedge: Hedge, at: usize) -> Option<Violation> {
    if hedge.max != 0 {
        return None;
    }
    let rule = Rule::ZeroCount;
    let text = "`max = 0` would hedge no call: write at least 1, or remove `hedge`";
    rule.broken(at, "max", rule.says().str(text))
}

const fn percentage(hedge: Hedge, at: usize, nth: usize) -> Option<Violation> {
    let rule = Rule::Percentage;
    let after = match hedge.after {
        HedgeAfter::Percentile(percent) if percent == 0 || percent > 99 => {
            let text = rule.says().str("no call is slower than `p");
            let text = text.number(percent as u64).str("` as meant: ");
            rule.broken(at, "after", text.str("write `p1` to `p99`"))
        }
        _ => None,
    };
    let budget = match hedge.budget {
        Some(percent) if percent == 0 || percent > 100 => {
            let text = rule.says().str("`budget = ").number(percent as u64);
            let text = text.str("%` is no share of the calls: write `1%` to `100%`, ");
            rule.broken(at, "budget", text.str("or `none` for no limit"))
        }
        _ => None,
    };
    match (after.is_some(), nth) {
        (true, 0) => after,
        (true, 1) | (false, 0) => budget,
        _ => None,
    }
}

const fn never_starts(hedge: Hedge, stack: &[Layer], at: usize) -> Option<Violation> {
    let (HedgeAfter::Fixed(after), Some(last)) = (hedge.after, hedge.last_start()) else {
        return None;
    };
    let rule = Rule::HedgeNeverStarts;
    if let Some(limit) = timeout_around(stack, at)
        && last.as_nanos() >= limit.as_nanos()
    {
        let text = rule.says().str("the last attempt would start after ");
        let text = text.duration(last).str(" (");
        let text = text.number(hedge.max as u64).str(" × ").duration(after);
        let text = text.str("), the timeout above ends at ").duration(limit);
        let text = text.str(": write a smaller `after`, a smaller `max` or a longer timeout");
        return rule.broken(at, "after", text);
    }
    if let Some(limit) = attempts_end_at(stack, at + 1)
        && after.as_nanos() >= limit.as_nanos()
    {
        let text = rule.says().str("the timeout inside ends every attempt at ");
        let text = text.duration(limit).str(", none runs for ").duration(after);
        let text = text.str(": write `after` below ").duration(limit);
        return rule.broken(at, "after", text);
    }
    None
}

/// When a timeout inside ends each attempt, unless a retry in between starts another.
const fn attempts_end_at(stack: &[Layer], from: usize) -> Option<Duration> {
    let mut at = from;
    while at < stack.len() {
        match stack[at] {
            Layer::Retry { .. } | Layer::Fallback { .. } => return None,
            Layer::Timeout {
                after: Some(after), ..
            } => return Some(after),
            _ => at += 1,
        }
    }
    None
}
