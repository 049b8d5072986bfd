//! What a call has once its first attempt has had to wait: a timer, the other attempts, and when
//! all of it began.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use resilience_policy::HedgeAfter;
use tokio::{task::coop, time::Sleep};

use super::{HedgeLayer, budget::Permit};
use crate::{
    call::Call,
    event::call_event,
    site::Site,
    time::{Instant, later, millis, now},
};

pin_project! {
    pub(super) struct Waiting<F> {
        others: Vec<Other<F>>,
        // Idle where no further attempt can start.
        #[pin]
        timer: Option<Sleep>,
        began: Instant,
        // Moments at which an attempt could start, started or not.
        passed: u32,
        // Of the attempt about to start.
        permit: Option<Permit>,
        started: u32,
        // Whether the last thing in the first attempt was a rejection.
        rejected: bool,
    }
}

/// An attempt beside the first.
struct Other<F> {
    future: Pin<Box<F>>,
    number: u32,
    rejected: bool,
    _permit: Option<Permit>,
}

impl<F> Waiting<F> {
    /// The first attempt has to wait: from here on the time counts.
    #[cold]
    #[inline(never)]
    pub(super) fn begin(layer: &HedgeLayer<'_>) -> Self {
        let began = now();
        if let Some(budget) = layer.budget() {
            let share = layer.policy.share();
            budget.deposit(share.unwrap_or(resilience_policy::Hedge::BUDGET));
        }
        Self {
            others: Vec::new(),
            timer: moment(layer, began, 1).map(tokio::time::sleep_until),
            began,
            passed: 0,
            permit: None,
            started: 1,
            rejected: false,
        }
    }

    /// Moments at which an attempt could start.
    pub(super) const fn passed(&self) -> u32 {
        self.passed
    }

    /// Adds an attempt.
    #[cold]
    pub(super) fn start(self: Pin<&mut Self>, attempt: F) {
        let this = self.project();
        this.others.push(Other {
            future: Box::pin(attempt),
            number: *this.started,
            rejected: false,
            _permit: this.permit.take(),
        });
    }

    /// The first attempt is about to be polled: it finds the notes of the call as it left them.
    pub(super) fn before_first(self: Pin<&mut Self>, layer: &HedgeLayer<'_>) {
        restore(layer.call, self.rejected);
    }

    pub(super) fn after_first(self: Pin<&mut Self>, layer: &HedgeLayer<'_>) {
        *self.project().rejected = rejected(layer.call);
    }

    /// Whether an outcome of the first attempt is the answer: a success always is, a failure where
    /// no other attempt runs.
    #[cold]
    pub(super) fn stands(
        self: Pin<&mut Self>,
        failed: Option<bool>,
        layer: &HedgeLayer<'_>,
    ) -> bool {
        stands(failed, self.others.is_empty(), self.began, layer)
    }
}

impl<R, F: Future<Output = R>> Waiting<F> {
    /// Polls the other attempts, and the timer for one more: `None` is the moment to start it.
    #[cold]
    pub(super) fn poll(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        alone: bool,
        layer: &HedgeLayer<'_>,
        failed: &impl Fn(&R) -> Option<bool>,
    ) -> Poll<Option<R>> {
        let mut this = self.project();
        let mut at = 0;
        while let Some(other) = this.others.get_mut(at) {
            restore(layer.call, other.rejected);
            let Poll::Ready(outcome) = other.future.as_mut().poll(cx) else {
                other.rejected = rejected(layer.call);
                at += 1;
                continue;
            };
            let number = other.number;
            // An attempt that is over is dropped before the others go on.
            drop(this.others.remove(at));
            let alone = alone && this.others.is_empty();
            let failed = failed(&outcome);
            if stands(failed, alone, *this.began, layer) {
                if failed.is_none() {
                    won(layer.site, number);
                }
                return Poll::Ready(Some(outcome));
            }
        }
        loop {
            ready!(poll_timer(this.timer.as_mut(), cx));
            *this.passed = this.passed.saturating_add(1);
            let next = moment(layer, *this.began, this.passed.saturating_add(1));
            set(this.timer.as_mut(), next);
            *this.permit = match layer.budget().map(super::HedgeBudget::take) {
                None => None,
                Some(None) => {
                    refused(layer.site);
                    continue;
                }
                Some(permit) => permit,
            };
            *this.started = this.started.saturating_add(1);
            started(layer.site, *this.started, *this.began);
            return Poll::Ready(None);
        }
    }
}

/// Whether an outcome is the answer of the call; `failed` says of a failure whether it is in doubt.
fn stands(failed: Option<bool>, alone: bool, began: Instant, layer: &HedgeLayer<'_>) -> bool {
    match failed {
        None => {
            answered(layer, began);
            true
        }
        Some(_) if alone => true,
        Some(in_doubt) => {
            if let Some(call) = layer.call
                && in_doubt
            {
                call.doubt();
            }
            false
        }
    }
}

/// When the n-th further attempt may start; never where it could not run before the limit.
fn moment(layer: &HedgeLayer<'_>, began: Instant, nth: u32) -> Option<Instant> {
    if nth > layer.policy.hedges() {
        return None;
    }
    let after = match layer.policy.starts_after() {
        HedgeAfter::Fixed(after) => Some(after),
        _ => layer.latency.and_then(super::Latency::known),
    }?;
    let at = later(began, after.saturating_mul(nth));
    let ends = |limit: &crate::time::Limit<'_>| {
        let now = now();
        later(now, limit.left(now))
    };
    layer
        .limit
        .is_none_or(|limit| at < ends(limit))
        .then_some(at)
}

/// A success is observed, where a percentile is asked for.
fn answered(layer: &HedgeLayer<'_>, began: Instant) {
    if let (Some(latency), HedgeAfter::Percentile(percent)) =
        (layer.latency, layer.policy.starts_after())
    {
        latency.note(now().saturating_duration_since(began), percent);
    }
}

fn restore(call: Option<&Call>, rejected: bool) {
    if let Some(call) = call {
        call.restore_rejected(rejected);
    }
}

fn rejected(call: Option<&Call>) -> bool {
    call.is_some_and(Call::rejected)
}

/// As every limit of ours, outside of the task's cooperative budget: attempts that use it up must
/// not keep the next one from starting.
fn poll_timer(timer: Pin<&mut Option<Sleep>>, cx: &mut Context<'_>) -> Poll<()> {
    match timer.as_pin_mut() {
        Some(timer) => Pin::new(&mut coop::unconstrained(timer)).poll(cx),
        None => Poll::Pending,
    }
}

fn set(mut timer: Pin<&mut Option<Sleep>>, next: Option<Instant>) {
    match (timer.as_mut().as_pin_mut(), next) {
        (Some(timer), Some(next)) => timer.reset(next),
        _ => timer.set(next.map(tokio::time::sleep_until)),
    }
}

fn started(site: &'static Site, attempt: u32, began: Instant) {
    let after_ms = millis(now().saturating_duration_since(began));
    call_event!(
        INFO,
        "hedge_started",
        site.name(),
        attempt = attempt,
        after_ms = after_ms
    );
}

fn refused(site: &'static Site) {
    call_event!(DEBUG, "hedge_refused", site.name(), why = "budget_empty");
}

fn won(site: &'static Site, attempt: u32) {
    call_event!(INFO, "hedge_won", site.name(), attempt = attempt);
}
