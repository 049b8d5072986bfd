//! `#[timeout(60s, fits)]`: proof that the worst case of everything inside fits.

use std::time::Duration;

use super::{Layer, Rule, Violation, worst::inside};

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
        Some((retries, wait, each)) => text
            .str(" (")
            .number(retries as u64 + 1)
            .str(" attempts of ")
            .duration(each)
            .str(", waits of ")
            .duration(wait)
            .str(")"),
    };
    let text = text.str(", this timeout ends at ").duration(limit);
    rule.broken(at, "fits", text.str(": write more, or less inside"))
}

/// The retry inside: its retries, what can be waited, also for a turn above it, and what each attempt
/// can take.
const fn the_retry(stack: &[Layer], from: usize) -> Option<(u32, Duration, Duration)> {
    let mut turns = Duration::ZERO;
    let mut at = from;
    while at < stack.len() {
        match stack[at] {
            Layer::Retry {
                policy: Some(retry),
                asks,
            } => {
                let waits = retry.longest_wait(asks).saturating_add(turns);
                return match inside(stack, at + 1).longest {
                    Some(each) => Some((retry.retries(), waits, each)),
                    None => None,
                };
            }
            Layer::RateLimit {
                policy: Some(limit),
            } => turns = turns.saturating_add(limit.longest_wait()),
            Layer::Bulkhead {
                policy: Some(bulkhead),
                ..
            } => turns = turns.saturating_add(bulkhead.longest_wait()),
            _ => {}
        }
        at += 1;
    }
    None
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
        ) {
            return false;
        }
        at += 1;
    }
    true
}
