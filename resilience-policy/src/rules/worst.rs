//! The worst case of a stack: how often the body runs at most, and how long a call can take.

use std::time::Duration;

use super::{Layer, Stack};
use crate::hedge::Hedge;

/// What a call can cost at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorstCase {
    /// How often the body runs at most; `None` where that is not known yet.
    pub runs: Option<u64>,
    /// How long the call can take; `None` where nothing limits it, or that is not known yet.
    pub longest: Option<Duration>,
}

impl WorstCase {
    /// The body alone: it runs once, for as long as it likes.
    const BODY: Self = Self {
        runs: Some(1),
        longest: None,
    };

    /// The same, when it has waited for its turn.
    const fn after(self, wait: Duration) -> Self {
        Self {
            longest: match self.longest {
                Some(longest) => Some(longest.saturating_add(wait)),
                None => None,
            },
            ..self
        }
    }

    const fn under(self, layer: &Layer) -> Self {
        match layer {
            Layer::Timeout {
                after: Some(after), ..
            } => Self {
                longest: Some(match self.longest {
                    Some(longest) if longest.as_nanos() < after.as_nanos() => longest,
                    _ => *after,
                }),
                ..self
            },
            Layer::Timeout { after: None, .. } => self,
            Layer::Retry { policy: None, .. } | Layer::Hedge { policy: None } => Self {
                runs: None,
                longest: None,
            },
            Layer::Retry {
                policy: Some(retry),
                asks,
            } => {
                let attempts = retry.retries() as u64 + 1;
                Self {
                    runs: match self.runs {
                        Some(runs) => Some(runs.saturating_mul(attempts)),
                        None => None,
                    },
                    longest: match self.longest {
                        Some(longest) => Some(
                            longest
                                .saturating_mul(retry.retries())
                                .saturating_add(longest)
                                .saturating_add(retry.longest_wait(*asks)),
                        ),
                        None => None,
                    },
                }
            }
            Layer::RateLimit {
                policy: Some(limit),
            } => self.after(limit.longest_wait()),
            Layer::Bulkhead {
                policy: Some(bulkhead),
                ..
            } => self.after(bulkhead.longest_wait()),
            Layer::Hedge {
                policy: Some(hedge),
            } => Self {
                runs: match self.runs {
                    Some(runs) => Some(runs.saturating_mul(hedge.attempts() as u64)),
                    None => None,
                },
                longest: match self.longest {
                    Some(longest) => Some(hedged(longest, hedge)),
                    None => None,
                },
            },
            // What fallbacks and compensations take, nobody has said. Who waits for the call of
            // another with the same key may have to wait for the next one after it.
            Layer::Fallback { calls: true, .. }
            | Layer::Saga
            | Layer::RateLimit { policy: None }
            | Layer::Bulkhead { policy: None, .. }
            | Layer::Cache { .. }
            | Layer::Idempotent { .. } => Self {
                longest: None,
                ..self
            },
            Layer::Fallback { calls: false, .. } | Layer::Circuit { .. } | Layer::Compensate => {
                self
            }
        }
    }
}

impl Stack<'_> {
    /// The worst case of the whole stack.
    #[must_use]
    pub const fn worst_case(&self) -> WorstCase {
        let mut worst = WorstCase::BODY;
        let mut at = self.layers.len();
        while at > 0 {
            at -= 1;
            let layer = &self.layers[at];
            // A stand-in proves nothing.
            let known = at >= self.unknown.len() || self.unknown[at].is_empty();
            worst = if known {
                worst.under(layer)
            } else {
                worst.under(&layer.forgotten())
            };
        }
        worst
    }
}

/// How long attempts of at most `each` take: the last starts late, or when the one before it ends.
const fn hedged(each: Duration, hedge: &Hedge) -> Duration {
    let in_turn = each.saturating_mul(hedge.attempts());
    match hedge.last_start() {
        Some(last) if last.saturating_add(each).as_nanos() < in_turn.as_nanos() => {
            last.saturating_add(each)
        }
        _ => in_turn,
    }
}

/// The worst case of the layers from `from` inwards.
pub(super) const fn inside(stack: &[Layer], from: usize) -> WorstCase {
    let mut worst = WorstCase::BODY;
    let mut at = stack.len();
    while at > from {
        at -= 1;
        worst = worst.under(&stack[at]);
    }
    worst
}
