//! Whether another attempt follows, and when.

use std::time::Duration;

use resilience_policy::{Backoff, Jitter, Retry, Shape};

use super::{
    Asked, GiveUpReason, Pause, RetryBudget,
    answer::Answer,
    delays::{Custom, Delay, Delays, Scheduled},
};
use crate::{
    call::Call,
    event::call_event,
    rng,
    site::Site,
    time::{Limit, millis, now, shortened},
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

/// The attempts of one call.
#[derive(Debug)]
pub struct Attempts<B = Scheduled> {
    progress: Progress,
    backoff: B,
}

/// How many attempts have failed, what was last slept, what they cost.
///
/// The slow half gets what it needs of it one by one: a pointer into the user's future would keep
/// the compiler from holding that future in registers.
#[derive(Debug, Clone, Copy)]
struct Progress {
    failed: u32,
    /// Tokens the running attempt was paid with.
    paid: u32,
    /// In nanoseconds.
    previous: u64,
}

impl Progress {
    const NONE: Self = Self {
        failed: 0,
        paid: 0,
        previous: 0,
    };
}

impl Attempts {
    /// The attempts of a call, with the delays of the policy.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self {
            progress: Progress::NONE,
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
            progress: Progress::NONE,
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
        self.progress.failed < policy.retries()
    }

    /// The call succeeded: gives the budget its share.
    #[inline]
    pub fn succeeded(&self, budget: Option<&'static RetryBudget>) {
        if let Some(budget) = budget
            && budget.is_drawn_on()
        {
            let Progress { failed, paid, .. } = self.progress;
            budget.refill(if failed == 0 { 1 } else { paid });
        }
    }

    /// How many attempts have failed.
    #[inline]
    #[must_use]
    pub const fn failed(&self) -> u32 {
        self.progress.failed
    }

    /// The pause before the next attempt; if the last outcome stands, `None`, or the reason where
    /// somebody wants to hear of it.
    #[inline]
    pub fn again<'a, L, A>(&mut self, layer: L, asked: Asked, timed_out: bool) -> A
    where
        L: Fn() -> RetryLayer<'a> + Copy,
        A: Answer,
    {
        let Progress {
            failed, previous, ..
        } = self.progress;
        let RetryLayer { policy, budget, .. } = layer();
        // A backoff of the user's own is asked only if its answer is used.
        let delay = if asked.again && self.more(policy) {
            self.backoff.next(failed.saturating_add(1))
        } else {
            Delay::OfPolicy
        };
        let failed = failed.saturating_add(1);
        if asked.in_doubt
            && let Some(call) = layer().call
        {
            call.doubt();
        }
        if !asked.again {
            gave_up(layer().site, failed, GiveUpReason::NotRetryable);
            return A::stop(GiveUpReason::NotRetryable);
        }
        let answer: A = again(layer, failed, previous, asked.after, timed_out, delay);
        if let Some(pause) = answer.pause() {
            self.progress = Progress {
                failed,
                paid: budget.map_or(0, |budget| budget.cost(timed_out)),
                previous: pause.nanos(),
            };
        }
        answer
    }
}

/// The slow half of [`Attempts::again`].
///
/// It is made for each site, so that what the policy rules out is not asked: a retry at once is
/// then a few comparisons. What it may have to do beyond that is made once.
#[cold]
#[inline(never)]
fn again<'a, L: Fn() -> RetryLayer<'a>, A: Answer>(
    layer: L,
    failed: u32,
    previous: u64,
    after: Option<Duration>,
    timed_out: bool,
    delay: Delay,
) -> A {
    let layer = layer();
    match decide(failed, previous, &layer, after, timed_out, delay) {
        Ok(delay) => {
            let paid = layer.budget.map(|budget| (budget, budget.cost(timed_out)));
            let pause = Pause::new(delay, paid);
            scheduled(layer.site, failed, delay);
            A::go_on(pause)
        }
        Err(why) => {
            gave_up(layer.site, failed, why);
            A::stop(why)
        }
    }
}

/// The delay that is really slept, paid for; or why it is not slept.
#[inline]
fn decide(
    retry: u32,
    previous: u64,
    layer: &RetryLayer<'_>,
    after: Option<Duration>,
    timed_out: bool,
    delay: Delay,
) -> Result<Duration, GiveUpReason> {
    let policy = layer.policy;
    if retry > policy.retries() {
        return Err(GiveUpReason::Exhausted);
    }
    let delay = match delay {
        Delay::Custom(delay) => delay.ok_or(GiveUpReason::Exhausted)?,
        Delay::OfPolicy if policy.schedule().shape() == Shape::None => Duration::ZERO,
        Delay::OfPolicy => spread(policy, retry, previous),
    };
    let delay = match after {
        Some(after) if after > policy.longest_after() => return Err(GiveUpReason::DelayTooLong),
        Some(after) => delay.max(after),
        None => delay,
    };
    let delay = shortened(delay);
    if layer.limit.is_some_and(|limit| passes(limit, delay)) {
        return Err(GiveUpReason::DeadlineWouldPass);
    }
    // Last, so that a retry which is refused for another reason costs nothing.
    let paid = |budget: &'static RetryBudget| budget.take(budget.cost(timed_out));
    if layer.budget.is_none_or(paid) {
        Ok(delay)
    } else {
        Err(GiveUpReason::BudgetEmpty)
    }
}

/// The delay as the policy says, jitter included.
#[inline(never)]
fn spread(policy: &Retry, retry: u32, previous: u64) -> Duration {
    let previous = (retry > 1).then(|| Duration::from_nanos(previous));
    policy
        .spread()
        .apply(policy.schedule(), retry, previous, rng::random())
}

/// Whether a sleep does not end before the deadline.
#[inline(never)]
fn passes(limit: &Limit<'_>, delay: Duration) -> bool {
    delay >= limit.left(now())
}

#[inline(never)]
fn scheduled(site: &'static Site, attempt: u32, delay: Duration) {
    call_event!(
        INFO,
        "retry_scheduled",
        site.name(),
        attempt = attempt,
        wait_ms = millis(delay)
    );
}

#[inline(never)]
fn gave_up(site: &'static Site, attempts: u32, why: GiveUpReason) {
    crate::saga::note_own_retry(site);
    // One failed attempt that was never to be retried is no news.
    if attempts > 1 || why != GiveUpReason::NotRetryable {
        call_event!(
            WARN,
            "gave_up",
            site.name(),
            attempts = attempts,
            why = why.word()
        );
    }
}
