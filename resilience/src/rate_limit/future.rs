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
    time::{Limit, Sleep, later, millis, now},
};

/// What a layer can ask for a turn: a `static`, or one key of many.
pub trait RateLimitRef: Copy {
    /// The state that the calls share.
    fn state(&self) -> &RateLimitState;
    /// Makes it known to [`rate_limits`](crate::rate_limits); asked after the first call.
    fn list(&self);
    /// The state, for a call that waits.
    fn hold(&self) -> HeldRateLimit;

    /// Takes a turn, if there is one now.
    #[inline]
    fn take(&self, policy: &Policy) -> bool {
        let Some(first) = self.state().take(policy) else {
            return false;
        };
        if first {
            self.list();
        }
        true
    }
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
        place: Place,
        limit: C,
        // A closure over constants: it takes no room here.
        surroundings: S,
        // A function item: it takes no room.
        reject: J,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not asked yet.
    New,
    /// Its turn comes later.
    Waiting,
    /// It had its turn.
    Through,
    /// Rejected, or being polled.
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
        place: Place(None),
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
        let (limit, surroundings) = (*this.limit, &*this.surroundings);
        match mem::replace(this.phase, Phase::Over) {
            Phase::Through => {}
            Phase::New if limit.take(surroundings().policy) => {}
            phase => {
                // By value: a pointer into the user's future would keep the compiler from holding it
                // in registers.
                match enter(phase, mem::take(this.place), surroundings(), limit, cx) {
                    Turn::Now => {}
                    Turn::Later(place) => {
                        *this.phase = Phase::Waiting;
                        *this.place = place;
                        return Poll::Pending;
                    }
                    Turn::Refused(rejection) => return Poll::Ready((this.reject)(rejection)),
                }
            }
        }
        *this.phase = Phase::Through;
        this.inner.poll(cx)
    }
}

impl<C: RateLimitRef, S, F, J> fmt::Debug for RateLimitFuture<C, S, F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimitFuture")
            .field("limit", &self.limit.state().name())
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

/// What came of asking for a turn.
enum Turn {
    Now,
    Later(Place),
    Refused(Rejection),
}

/// Where the turn has not come: waits where that is wanted and ends in time.
#[cold]
#[inline(never)]
fn enter<C: RateLimitRef>(
    phase: Phase,
    mut place: Place,
    layer: RateLimitLayer<'_>,
    limit: C,
    cx: &mut Context<'_>,
) -> Turn {
    match phase {
        Phase::New => match queue(&layer, limit.state(), || limit.hold()) {
            Ok(Some(waiting)) => place.0 = Some(waiting),
            Ok(None) => return Turn::Now,
            Err(rejection) => return Turn::Refused(rejection),
        },
        Phase::Waiting => {}
        Phase::Through | Phase::Over => polled_again(),
    }
    match place.0.as_mut().map(|waiting| waiting.poll(cx)) {
        Some(Poll::Pending) => Turn::Later(place),
        Some(Poll::Ready(())) | None => Turn::Now,
    }
}

fn queue(
    layer: &RateLimitLayer<'_>,
    state: &RateLimitState,
    hold: impl FnOnce() -> HeldRateLimit,
) -> Result<Option<Box<Waiting>>, Rejection> {
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
        Entry::Through => Ok(None),
        Entry::Later(after, reservation) => {
            report_wait(layer.site, state.name(), after);
            Ok(Some(Box::new(Waiting {
                sleep: Sleep::Until(later(now(), after)),
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

/// The place of a call in the queue, if it stands there.
#[derive(Default)]
struct Place(Option<Box<Waiting>>);

impl Drop for Place {
    #[inline]
    fn drop(&mut self) {
        if let Some(waiting) = self.0.take() {
            forgo(waiting);
        }
    }
}

#[cold]
#[inline(never)]
fn forgo(waiting: Box<Waiting>) {
    drop(waiting);
}

/// A call whose turn comes later. Dropped before that, it gives the turn back.
struct Waiting {
    sleep: Sleep,
    held: HeldRateLimit,
    reservation: Option<Reservation>,
}

impl Waiting {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(Pin::new(&mut self.sleep).poll(cx));
        self.reservation = None;
        self.held.state().turn_has_come();
        Poll::Ready(())
    }
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
