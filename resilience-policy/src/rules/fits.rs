//! `#[timeout(60s, fits)]`: proof that the worst case of everything inside fits.

use std::time::Duration;

use super::{Layer, Rule, Violation, stack::default_count, worst::inside};
use crate::{retry::Retry, text::Text};

pub(super) const fn does_not_fit(stack: &[Layer], at: usize) -> Option<Violation> {
    let Layer::Timeout {
        after: Some(limit),
        fits: true,
    } = stack[at]
    else {
        return None;
    };
    let rule = Rule::DoesNotFit;
    let Some(longest) = inside(stack, at + 1).longest else {
        let text = "nothing limits what lies inside, so that nothing can be proved: write a `timeout` \
                    around each attempt, or remove `fits`";
        // A value that is not known yet is judged when it is.
        return if all_known(stack, at + 1) {
            rule.broken(at, "fits", rule.says().str(text))
        } else {
            None
        };
    };
    if longest.as_nanos() <= limit.as_nanos() {
        return None;
    }
    let text = rule
        .says()
        .str("what lies inside can take ")
        .duration(longest);
    let text = match the_retry(stack, at + 1) {
        None => text,
        Some((retry, asks, each)) => {
            let text = text
                .str(" (")
                .number(retry.retries() as u64 + 1)
                .str(" attempts of ")
                .duration(each)
                .str(", waits of ")
                .duration(
                    retry
                        .longest_wait(asks)
                        .saturating_add(turns(stack, at + 1)),
                );
            asked(default_count(text, &retry), &retry, asks).str(")")
        }
    };
    let text = text.str(", this timeout ends at ").duration(limit);
    let text = text.str(": write ").duration(longest);
    rule.broken(at, "fits", text.str(" or more, or less inside"))
}

/// The delay that errors may ask for, where it makes the waits longer.
const fn asked(text: Text, retry: &Retry, asks: bool) -> Text {
    if !asks || retry.longest_wait(true).as_nanos() == retry.longest_wait(false).as_nanos() {
        return text;
    }
    text.str("; an error may ask for `after_max = ")
        .duration(retry.after_max)
        .str("` each time")
}

/// The retry inside, whether it waits for what errors ask for, and what each attempt can take.
const fn the_retry(stack: &[Layer], from: usize) -> Option<(Retry, bool, Duration)> {
    let mut at = from;
    while at < stack.len() {
        if let Layer::Retry {
            policy: Some(retry),
            asks,
        } = stack[at]
        {
            return match inside(stack, at + 1).longest {
                Some(each) => Some((retry, asks, each)),
                None => None,
            };
        }
        at += 1;
    }
    None
}

/// How long the call can wait for its turn before it comes to the retry.
const fn turns(stack: &[Layer], from: usize) -> Duration {
    let mut turns = Duration::ZERO;
    let mut at = from;
    while at < stack.len() {
        let turn = match stack[at] {
            Layer::Retry { .. } => return turns,
            Layer::RateLimit {
                policy: Some(limit),
            } => limit.longest_wait(),
            Layer::Bulkhead {
                policy: Some(bulkhead),
                ..
            } => bulkhead.longest_wait(),
            _ => Duration::ZERO,
        };
        turns = turns.saturating_add(turn);
        at += 1;
    }
    turns
}

const fn all_known(stack: &[Layer], from: usize) -> bool {
    let mut at = from;
    while at < stack.len() {
        if matches!(
            stack[at],
            Layer::Timeout { after: None, .. }
                | Layer::Retry { policy: None, .. }
                | Layer::RateLimit { policy: None }
                | Layer::Bulkhead { policy: None, .. }
                | Layer::Hedge { policy: None }
        ) {
            return false;
        }
        at += 1;
    }
    true
}
