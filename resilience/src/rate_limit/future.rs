//! The layer: a future that asks for a turn before it first polls the call.

use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use pin_project_lite::pin_project;
use resilience_policy::RateLimit as Policy;

use super::{HeldRateLimit, gcra::Reservation, state::Entry};
use crate::{
    call::Call,
    event::call_event,
    outcome::polled_again,
    rate_limit::RateLimitState,
    rejection::Rejection,
    site::Site,
    time::{Limit, Timer, later, millis, now},
};

/// What a layer can ask for a turn: a `static`, or one key of many.
pub trait RateLimitRef {
    /// The state that the calls share.
    fn state(&self) -> &RateLimitState;
    /// Makes it known to [`rate_limits`](crate::rate_limits); asked after the first call.
    fn list(&self);
    /// The state, for a call that waits.
    fn hold(&self) -> HeldRateLimit;
}

/// The surroundings of a `rate_limit` layer, as the glue hands them over.
#[derive(Debug, Clone, Copy)]
pub struct RateLimitLayer<'a> {
    /// The annotated function.
    pub site: &'static Site,
    /// How many calls in how long.
    pub policy: &'a Policy,
    /// The timeout above in the same stack: a wait that does not end before it is refused.
    pub limit: Option<&'a Limit<'a>>,
    /// Where the layers above read what happened.
    pub call: Option<&'a Call>,
}

pin_project! {
    /// A call under a rate limit.
    #[must_use = "futures do nothing unless polled"]
    pub struct RateLimitFuture<C, S, F, J> {
        #[pin]
        inner: F,
        phase: Phase,
        limit: C,
        // A closure over constants: it takes no room here.
        surroundings: S,
        // A function item: it takes no room.
        reject: J,
    }
}

enum Phase {
    /// Not asked yet.
    New,
    /// Its turn comes later.
    Waiting(Box<Waiting>),
    /// It had its turn.
    Through,
    /// Rejected.
    Over,
}

/// The outer layer of `inner`: runs it when its turn has come. `reject` is
/// [`rejected`](crate::outcome::rejected), named by the glue so that an error type without
/// `From<Rejection>` is reported once.
#[inline]
pub fn rate_limit<'a, R, F, C, S, J>(
    surroundings: S,
    limit: C,
    inner: F,
    reject: J,
) -> RateLimitFuture<C, S, F, J>
where
    J: Fn(Rejection) -> R,
    F: Future<Output = R>,
    C: RateLimitRef,
    S: Fn() -> RateLimitLayer<'a>,
{
    RateLimitFuture {
        inner,
        phase: Phase::New,
        limit,
        surroundings,
        reject,
    }
}

impl<'a, R, F, C, S, J> Future for RateLimitFuture<C, S, F, J>
where
    J: Fn(Rejection) -> R,
    F: Future<Output = R>,
    C: RateLimitRef,
    S: Fn() -> RateLimitLayer<'a>,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        if !matches!(this.phase, Phase::Through) {
            let layer = &*this.surroundings;
            if let Err(rejection) = ready!(enter(this.phase, this.limit, layer, cx)) {
                return Poll::Ready((this.reject)(rejection));
            }
        }
        this.inner.poll(cx)
    }
}

impl<C: RateLimitRef, S, F, J> fmt::Debug for RateLimitFuture<C, S, F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::New => "new",
            Phase::Waiting(_) => "waiting",
            Phase::Through => "through",
            Phase::Over => "over",
        };
        f.debug_struct("RateLimitFuture")
            .field("limit", &self.limit.state().name())
            .field("phase", &phase)
            .finish_non_exhaustive()
    }
}

#[inline]
fn enter<'a, C, S>(
    phase: &mut Phase,
    limit: &C,
    layer: &S,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Rejection>>
where
    C: RateLimitRef,
    S: Fn() -> RateLimitLayer<'a>,
{
    if matches!(phase, Phase::New) {
        match limit.state().take(layer().policy) {
            Some(first) => {
                if first {
                    limit.list();
                }
                *phase = Phase::Through;
                return Poll::Ready(Ok(()));
            }
            None => match queue(&layer(), limit.state(), || limit.hold()) {
                Ok(next) => *phase = next,
                Err(rejection) => {
                    *phase = Phase::Over;
                    return Poll::Ready(Err(rejection));
                }
            },
        }
    }
    match phase {
        Phase::Waiting(waiting) => ready!(wait(waiting, cx)),
        Phase::Over => polled_again(),
        Phase::New | Phase::Through => {}
    }
    // Dropped here, not where it would lie in the future.
    drop(mem::replace(phase, Phase::Through));
    Poll::Ready(Ok(()))
}

/// The slow half of [`enter`]: waits where that is wanted and ends in time.
#[cold]
#[inline(never)]
fn queue(
    layer: &RateLimitLayer<'_>,
    state: &RateLimitState,
    hold: impl FnOnce() -> HeldRateLimit,
) -> Result<Phase, Rejection> {
    let wanted = layer.policy.longest_wait();
    let patience = match layer.limit {
        Some(limit) if !wanted.is_zero() => limit.shorten(wanted).unwrap_or_default(),
        _ => wanted,
    };
    let entry = state.reserve(layer.policy, patience);
    if !matches!(entry, Entry::Through)
        && let Some(call) = layer.call
    {
        // Also while it waits: if it is cut off now, the body has not run.
        call.reject();
    }
    match entry {
        Entry::Through => Ok(Phase::Through),
        Entry::Later(after, reservation) => {
            report_wait(layer.site, state.name(), after);
            Ok(Phase::Waiting(Box::new(Waiting {
                timer: Timer::armed(later(now(), after)),
                held: hold(),
                reservation: Some(reservation),
            })))
        }
        Entry::Refused(after) => {
            report_rejection(layer.site, state.name(), after);
            Err(Rejection::RateLimited {
                site: layer.site.name(),
                retry_after: Some(after),
            })
        }
    }
}

/// A call whose turn comes later. Dropped before that, it gives the turn back.
struct Waiting {
    timer: Timer,
    held: HeldRateLimit,
    reservation: Option<Reservation>,
}

#[cold]
#[inline(never)]
fn wait(waiting: &mut Waiting, cx: &mut Context<'_>) -> Poll<()> {
    ready!(waiting.timer.poll(cx));
    waiting.reservation = None;
    waiting.held.state().turn_has_come();
    Poll::Ready(())
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(reservation) = self.reservation {
            self.held.state().give_back(reservation);
        }
    }
}

#[cold]
#[inline(never)]
fn report_wait(site: &'static Site, limit: &'static str, after: Duration) {
    call_event!(
        DEBUG,
        "rate_limit_waiting",
        site.name(),
        rate_limit = limit,
        wait_ms = millis(after)
    );
}

/// Every one is told, so at a level that is off unless asked for.
#[cold]
#[inline(never)]
fn report_rejection(site: &'static Site, limit: &'static str, after: Duration) {
    call_event!(
        DEBUG,
        "rate_limited",
        site.name(),
        rate_limit = limit,
        retry_after_ms = millis(after)
    );
}
