//! Whether another attempt follows, and when.

use std::time::Duration;

use resilience_policy::{Backoff, Jitter, Retry};

use super::{Asked, Pause, RetryBudget};
use crate::{
    call::Call,
    event::event,
    rng,
    site::Site,
    time::{Limit, now, shortened},
};

/// A `retry` layer with its surroundings, as the glue hands it to every decision.
#[derive(Debug, Clone, Copy)]
pub struct RetryLayer<'a> {
    /// The annotated function.
    pub site: &'static Site,
    /// How often, how long apart.
    pub policy: &'a Retry,
    /// Where retries are paid from; `None` for `budget = none`.
    pub budget: Option<&'static RetryBudget>,
    /// The timeouts around the layer.
    pub limit: Option<&'a Limit<'a>>,
    /// Where the layers above read what happened.
    pub call: Option<&'a Call>,
}

/// Why a failure is not followed by another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "tracing"),
    allow(dead_code, reason = "read by events only")
)]
pub(crate) enum GaveUp {
    NotRetryable,
    Exhausted,
    DelayTooLong,
    DeadlineWouldPass,
    BudgetEmpty,
}

impl GaveUp {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NotRetryable => "not_retryable",
            Self::Exhausted => "exhausted",
            Self::DelayTooLong => "delay_too_long",
            Self::DeadlineWouldPass => "deadline_would_pass",
            Self::BudgetEmpty => "budget_empty",
        }
    }
}

/// The attempts of one call: how many have failed, what was last slept, what they cost.
#[derive(Debug)]
pub struct Attempts<B = Scheduled> {
    failed: u32,
    /// Tokens the running attempt was paid with.
    paid: u32,
    previous: Duration,
    backoff: B,
}

/// Stands for the schedule of the policy.
#[derive(Debug, Clone, Copy)]
pub struct Scheduled;

/// Where the delay of a retry comes from.
pub trait Delays {
    /// The delay before the n-th retry, jitter included; `None` ends the retrying.
    fn next(&mut self, policy: &Retry, retry: u32, previous: Option<Duration>) -> Option<Duration>;
}

impl Delays for Scheduled {
    fn next(&mut self, policy: &Retry, retry: u32, previous: Option<Duration>) -> Option<Duration> {
        Some(
            policy
                .spread()
                .apply(policy.schedule(), retry, previous, rng::random()),
        )
    }
}

/// A backoff of the user's own, with the jitter the attribute asks for.
///
/// The pointer spares the impl below a bound on `B`: what is no backoff is reported once, where
/// it is written.
#[derive(Debug)]
pub struct Custom<B> {
    backoff: B,
    delay: fn(&mut B, u32) -> Option<Duration>,
    jitter: Jitter,
}

impl<B> Delays for Custom<B> {
    fn next(&mut self, _: &Retry, retry: u32, _: Option<Duration>) -> Option<Duration> {
        let delay = (self.delay)(&mut self.backoff, retry)?;
        Some(self.jitter.spread(delay, rng::random()))
    }
}

impl Attempts {
    /// The attempts of a call, with the delays of the policy.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self {
            failed: 0,
            paid: 0,
            previous: Duration::ZERO,
            backoff: Scheduled,
        }
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Backoff> Attempts<Custom<B>> {
    /// The attempts of a call, with a backoff of the user's own.
    pub fn with(backoff: B, jitter: Option<Jitter>) -> Self {
        let jitter = jitter.unwrap_or_else(|| backoff.default_jitter());
        Self {
            failed: 0,
            paid: 0,
            previous: Duration::ZERO,
            backoff: Custom {
                backoff,
                delay: B::delay,
                jitter,
            },
        }
    }
}

impl<B: Delays> Attempts<B> {
    /// Whether another attempt may follow the one about to start: arguments are cloned for it
    /// only then.
    #[inline]
    #[must_use]
    pub const fn more(&self, policy: &Retry) -> bool {
        self.failed < policy.retries()
    }

    /// The call succeeded: gives the budget its share.
    #[inline]
    pub fn succeeded(&self, layer: &RetryLayer<'_>) {
        if let Some(budget) = layer.budget {
            budget.give(if self.failed == 0 { 1 } else { self.paid });
        }
    }

    /// The pause before the next attempt, or `None` if the last outcome stands.
    #[cold]
    pub fn again(&mut self, layer: RetryLayer<'_>, asked: Asked, timed_out: bool) -> Option<Pause> {
        if let Some(call) = layer.call
            && asked.in_doubt
        {
            call.doubt();
        }
        match self.decide(&layer, asked, timed_out) {
            Ok((delay, paid)) => Some(self.pause(&layer, delay, paid)),
            Err(why) => {
                gave_up(&layer, self.failed, why);
                None
            }
        }
    }

    fn decide(
        &mut self,
        layer: &RetryLayer<'_>,
        asked: Asked,
        timed_out: bool,
    ) -> Result<(Duration, u32), GaveUp> {
        self.failed = self.failed.saturating_add(1);
        if !asked.again {
            return Err(GaveUp::NotRetryable);
        }
        if self.failed > layer.policy.retries() {
            return Err(GaveUp::Exhausted);
        }
        let previous = (self.failed > 1).then_some(self.previous);
        let delay = self.backoff.next(layer.policy, self.failed, previous);
        let delay = delay.ok_or(GaveUp::Exhausted)?;
        afford(layer, asked, delay, timed_out)
    }

    fn pause(&mut self, layer: &RetryLayer<'_>, delay: Duration, paid: u32) -> Pause {
        self.previous = delay;
        self.paid = paid;
        scheduled(layer.site, self.failed, delay);
        Pause::new(delay, layer.budget.map(|budget| (budget, paid)))
    }
}

/// The delay that is really slept, and its price; or why it is not slept.
#[inline(never)]
fn afford(
    layer: &RetryLayer<'_>,
    asked: Asked,
    delay: Duration,
    timed_out: bool,
) -> Result<(Duration, u32), GaveUp> {
    let after = asked.after.unwrap_or_default();
    if after > layer.policy.longest_after() {
        return Err(GaveUp::DelayTooLong);
    }
    let delay = shortened(delay.max(after));
    if layer.limit.is_some_and(|limit| delay >= limit.left(now())) {
        return Err(GaveUp::DeadlineWouldPass);
    }
    // Last, so that a retry which is refused for another reason costs nothing.
    let Some(budget) = layer.budget else {
        return Ok((delay, 0));
    };
    let cost = budget.cost(timed_out);
    if budget.take(cost) {
        Ok((delay, cost))
    } else {
        Err(GaveUp::BudgetEmpty)
    }
}

fn scheduled(site: &'static Site, attempt: u32, delay: Duration) {
    let wait = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    event!(
        INFO,
        "retry_scheduled",
        site.name(),
        attempt = attempt,
        wait_ms = wait
    );
}

#[inline(never)]
fn gave_up(layer: &RetryLayer<'_>, attempts: u32, why: GaveUp) {
    crate::saga::note_own_retry(layer.site);
    // One failed attempt that was never to be retried is no news.
    if attempts > 1 || why != GaveUp::NotRetryable {
        event!(
            WARN,
            "gave_up",
            layer.site.name(),
            attempts = attempts,
            why = why.word()
        );
    }
}
