//! Rules about layers and what lies around them.

use std::time::Duration;

use super::{Layer, Rule, Violation};
use crate::{
    retry::{Count, Retry},
    text::Text,
};

/// The shortest timeout around the layer at `at`.
pub(super) const fn timeout_around(stack: &[Layer], at: usize) -> Option<Duration> {
    let mut shortest: Option<Duration> = None;
    let mut outer = 0;
    while outer < at {
        if let Layer::Timeout {
            after: Some(after), ..
        } = stack[outer]
        {
            shortest = match shortest {
                Some(other) if other.as_nanos() <= after.as_nanos() => shortest,
                _ => Some(after),
            };
        }
        outer += 1;
    }
    shortest
}

pub(super) const fn twice(stack: &[Layer], at: usize) -> Option<Violation> {
    let instead = match stack[at] {
        Layer::Timeout { .. }
        | Layer::RateLimit { .. }
        | Layer::Circuit { own: false, .. }
        | Layer::Bulkhead { own: false, .. } => return None,
        Layer::Circuit { .. } | Layer::Bulkhead { .. } => {
            "keep one, or give them keys or shared states of their own"
        }
        Layer::Fallback { .. } => "list the functions in one: `#[fallback(first, second)]`",
        Layer::Compensate => "a step has one undo: keep one",
        _ => "keep one",
    };
    let mut outer = 0;
    while outer < at {
        let shared = matches!(
            stack[outer],
            Layer::Circuit { own: false, .. } | Layer::Bulkhead { own: false, .. }
        );
        if stack[at].same_kind(&stack[outer]) && !shared {
            let rule = Rule::Twice;
            let text = rule
                .says()
                .str("`")
                .str(stack[at].word())
                .str("` stands twice: ");
            return rule.broken(at, "", text.str(instead));
        }
        outer += 1;
    }
    None
}

pub(super) const fn timeout_not_shorter(stack: &[Layer], at: usize) -> Option<Violation> {
    let (
        Layer::Timeout {
            after: Some(inner), ..
        },
        Some(outer),
    ) = (stack[at], timeout_around(stack, at))
    else {
        return None;
    };
    if inner.as_nanos() < outer.as_nanos() {
        return None;
    }
    let rule = Rule::TimeoutNotShorter;
    let text = rule.says().str("this timeout of ").duration(inner);
    let text = text.str(" never ends before the one of ").duration(outer);
    let text = text.str(" above it: write less than ").duration(outer);
    rule.broken(at, "", text.str(" here, or remove one"))
}

pub(super) const fn delays_do_not_fit(stack: &[Layer], at: usize) -> Option<Violation> {
    let (
        Layer::Retry {
            policy: Some(retry),
            ..
        },
        Some(limit),
    ) = (stack[at], timeout_around(stack, at))
    else {
        return None;
    };
    let wait = retry.shortest_wait();
    if wait.as_nanos() < limit.as_nanos() {
        return None;
    }
    let rule = Rule::DelaysDoNotFit;
    let text = rule
        .says()
        .number(retry.retries() as u64)
        .str(" retries wait at least ");
    let text = text
        .duration(wait)
        .str(", the timeout above ends at ")
        .duration(limit);
    let text = default_count(summed(text.str(" ("), &retry), &retry)
        .str("): write fewer retries, a shorter backoff or a timeout above ")
        .duration(wait);
    let key = match retry.count {
        _ if !retry.backoff_is_default => "backoff",
        Count::Attempts(_) => "attempts",
        Count::Retries(_) | Count::Default => "max",
    };
    rule.broken(at, key, text)
}

/// The delays that a retry waits at the least: `1s + 2s + 4s`.
const fn summed(text: Text, retry: &Retry) -> Text {
    const SHOWN: u32 = 4;
    let mut text = text.duration(retry.shortest_delay(1));
    let mut n = 2;
    while n <= retry.retries() && n <= SHOWN {
        text = text.str(" + ").duration(retry.shortest_delay(n));
        n += 1;
    }
    if retry.retries() > SHOWN {
        text.str(" + …")
    } else {
        text
    }
}

/// What counts although nobody has written it.
pub(super) const fn default_count(text: Text, retry: &Retry) -> Text {
    match retry.count {
        Count::Default => text
            .str("; `max = ")
            .number(Retry::MAX as u64)
            .str("` is the default"),
        _ => text,
    }
}

pub(super) const fn slow_never_seen(stack: &[Layer], at: usize) -> Option<Violation> {
    let Layer::Circuit {
        policy: Some(circuit),
        ..
    } = stack[at]
    else {
        return None;
    };
    let Some(slow) = circuit.slow else {
        return None;
    };
    let mut inner = at + 1;
    while inner < stack.len() {
        // A retry or a hedge in between has several attempts, and a call may wait for its turn: it can outlast
        // the timeout.
        if matches!(stack[inner], Layer::Retry { .. } | Layer::Hedge { .. })
            || may_wait(&stack[inner])
        {
            return None;
        }
        if let Layer::Timeout {
            after: Some(after), ..
        } = stack[inner]
            && slow.as_nanos() >= after.as_nanos()
        {
            let rule = Rule::SlowNeverSeen;
            let text = rule.says().str("no call reaches `slow = ").duration(slow);
            let text = text
                .str("`, the timeout inside ends it at ")
                .duration(after);
            let text = text.str(": write `slow` below ").duration(after);
            return rule.broken(at, "slow", text);
        }
        inner += 1;
    }
    None
}

/// Whether a call may have to wait for its turn in this layer.
const fn may_wait(layer: &Layer) -> bool {
    match layer {
        Layer::RateLimit {
            policy: Some(limit),
        } => limit.wait.is_some(),
        Layer::Bulkhead {
            policy: Some(bulkhead),
            ..
        } => bulkhead.wait.is_some(),
        Layer::RateLimit { policy: None } | Layer::Bulkhead { policy: None, .. } => true,
        _ => false,
    }
}

pub(super) const fn fallback_below(stack: &[Layer], at: usize) -> Option<Violation> {
    if !matches!(stack[at], Layer::Fallback { on: false, .. }) {
        return None;
    }
    let mut outer = 0;
    while outer < at {
        if matches!(
            stack[outer],
            Layer::Retry { .. } | Layer::Circuit { .. } | Layer::Hedge { .. }
        ) {
            let word = stack[outer].word();
            let rule = Rule::FallbackBelow;
            let text = rule.says().str("`").str(word);
            let text = text.str("` above never sees a failure, this fallback takes them all: ");
            let text = text.str("move `fallback` above `").str(word);
            return rule.broken(
                at,
                "",
                text.str("`, or say `on = …` which errors it is for"),
            );
        }
        outer += 1;
    }
    None
}

pub(super) const fn compensate_below(stack: &[Layer], at: usize) -> Option<Violation> {
    if !matches!(stack[at], Layer::Compensate) {
        return None;
    }
    let mut outer = 0;
    while outer < at {
        if !matches!(
            stack[outer],
            Layer::Saga
                | Layer::Circuit { .. }
                | Layer::RateLimit { .. }
                | Layer::Bulkhead { .. }
                | Layer::Idempotent { .. }
                | Layer::Compensate
        ) {
            let word = stack[outer].word();
            let rule = Rule::CompensateBelow;
            let text = rule.says().str(match stack[outer] {
                Layer::Cache { .. } => "an answer from the cache would be no step, but `",
                _ => "a step holds all of its attempts, but `",
            });
            let text = text.str(word);
            let text = text
                .str("` stands above `compensate`: move `compensate` above `")
                .str(word);
            return rule.broken(at, "", text.str("`"));
        }
        outer += 1;
    }
    None
}

pub(super) const fn unkeyed(stack: &[Layer], at: usize) -> Option<Violation> {
    let instead = match stack[at] {
        Layer::Cache { keyed: false, .. } => {
            "`cache` on a method needs a key, since `self` is no part of the default one: \
             write `key = …`, such as `key = (self.id, page)`"
        }
        Layer::Idempotent { keyed: false, .. } => {
            "`idempotent` needs the key that tells one call from another: \
             write `key = …`, such as `key = payment_id`"
        }
        _ => return None,
    };
    let rule = Rule::Unkeyed;
    rule.broken(at, "", rule.says().str(instead))
}
