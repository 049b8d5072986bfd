//! The cases as a patient engineer writes them by hand, each for itself: timers only when
//! something waits, everything that is not the happy path out of line.

#![expect(
    clippy::manual_async_fn,
    reason = "an `async` block keeps its arguments once, an `async fn` twice"
)]

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        OnceLock,
        atomic::{
            AtomicBool, AtomicU32, AtomicU64,
            Ordering::{Acquire, Relaxed},
        },
    },
    task::{Context, Poll},
    time::Duration,
};

use resilience::Classify;
use tokio::{
    sync::Semaphore,
    time::{Instant, Sleep, sleep},
};

use crate::body::{self, Error};

const LIMIT: Duration = Duration::from_secs(10);

/// Tokens that retries have taken; a success looks whether it has any to give back.
static SPENT: AtomicU32 = AtomicU32::new(0);

#[inline]
fn refill() {
    if SPENT.load(Relaxed) != 0 {
        SPENT.fetch_sub(1, Relaxed);
    }
}

#[cold]
#[inline(never)]
fn again(failed: &mut u32, max: u32, delay: Duration, error: &Error) -> Option<Duration> {
    *failed += 1;
    (*failed <= max && error.classify().is_retryable()).then_some(delay)
}

#[cold]
#[inline(never)]
fn pause(delay: Duration) -> Option<Pin<Box<Sleep>>> {
    (!delay.is_zero()).then(|| Box::pin(sleep(delay)))
}

async fn paused(delay: Duration) {
    match pause(delay) {
        Some(sleep) => sleep.await,
        None => tokio::task::coop::consume_budget().await,
    }
}

pub(crate) fn retried(x: u64) -> impl Future<Output = Result<u64, Error>> {
    async move {
        let mut failed = 0;
        loop {
            let error = match body::ready(x).await {
                Ok(value) => {
                    refill();
                    return Ok(value);
                }
                Err(error) => error,
            };
            match again(&mut failed, 3, Duration::from_millis(100), &error) {
                Some(delay) => paused(delay).await,
                None => return Err(error),
            }
        }
    }
}

pub(crate) fn retried_named(x: u64, name: String) -> impl Future<Output = Result<u64, Error>> {
    async move {
        let mut failed = 0;
        loop {
            let error = match body::named(x, name.clone()).await {
                Ok(value) => {
                    refill();
                    return Ok(value);
                }
                Err(error) => error,
            };
            match again(&mut failed, 3, Duration::from_millis(100), &error) {
                Some(delay) => paused(delay).await,
                None => return Err(error),
            }
        }
    }
}

pub(crate) fn retried_in_vain(x: u64) -> impl Future<Output = Result<u64, Error>> {
    async move {
        let mut failed = 0;
        loop {
            let error = match body::fails(x).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match again(&mut failed, 2, Duration::ZERO, &error) {
                Some(delay) => paused(delay).await,
                None => return Err(error),
            }
        }
    }
}

/// Polls the call first, and makes a timer only if it has to wait.
#[inline]
async fn limit(inner: impl Future<Output = Result<u64, Error>>) -> Result<u64, Error> {
    let mut inner = pin!(inner);
    let mut timer = None;
    poll_fn(|cx| match inner.as_mut().poll(cx) {
        Poll::Ready(outcome) => Poll::Ready(outcome),
        Poll::Pending => waited(&mut timer, cx),
    })
    .await
}

#[cold]
#[inline(never)]
fn waited(timer: &mut Option<Pin<Box<Sleep>>>, cx: &mut Context<'_>) -> Poll<Result<u64, Error>> {
    let timer = timer.get_or_insert_with(|| Box::pin(sleep(LIMIT)));
    timer.as_mut().poll(cx).map(|()| Err(Error::Busy))
}

pub(crate) fn limited(x: u64) -> impl Future<Output = Result<u64, Error>> {
    limit(body::ready(x))
}

pub(crate) fn limited_named(x: u64, name: String) -> impl Future<Output = Result<u64, Error>> {
    limit(body::named(x, name))
}

pub(crate) fn limited_pends(x: u64) -> impl Future<Output = Result<u64, Error>> {
    limit(body::pends(x))
}

pub(crate) async fn tokio_limited_pends(x: u64) -> Result<u64, Error> {
    match tokio::time::timeout(LIMIT, body::pends(x)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::Busy),
    }
}

static OPEN: AtomicBool = AtomicBool::new(false);
static FAILURES: AtomicU32 = AtomicU32::new(0);

#[inline]
async fn guard(inner: impl Future<Output = Result<u64, Error>>) -> Result<u64, Error> {
    if OPEN.load(Acquire) {
        return Err(refused());
    }
    let outcome = inner.await;
    match &outcome {
        Ok(_) if FAILURES.load(Relaxed) == 0 => {}
        Ok(_) => FAILURES.store(0, Relaxed),
        Err(_) => failed(),
    }
    outcome
}

#[cold]
#[inline(never)]
fn refused() -> Error {
    Error::Busy
}

#[cold]
#[inline(never)]
fn failed() {
    if FAILURES.fetch_add(1, Relaxed) >= 4 {
        OPEN.store(true, Relaxed);
    }
}

pub(crate) fn guarded(x: u64) -> impl Future<Output = Result<u64, Error>> {
    guard(body::ready(x))
}

thread_local! {
    static SUCCESSES: Cell<u32> = const { Cell::new(0) };
}

static CALLS: AtomicU32 = AtomicU32::new(0);

#[cold]
#[inline(never)]
fn flush(successes: u32) {
    CALLS.fetch_add(successes, Relaxed);
}

pub(crate) async fn guarded_by_rate(x: u64) -> Result<u64, Error> {
    if OPEN.load(Acquire) {
        return Err(refused());
    }
    let outcome = body::ready(x).await;
    match &outcome {
        Ok(_) => SUCCESSES.with(|successes| {
            successes.set(successes.get() + 1);
            if successes.get() == 1024 {
                flush(successes.replace(0));
            }
        }),
        Err(_) => failed(),
    }
    outcome
}

static FULL: AtomicU64 = AtomicU64::new(0);

/// The generic cell rate algorithm, a million calls per second.
pub(crate) async fn paced(x: u64) -> Result<u64, Error> {
    let now = elapsed();
    let mut full = FULL.load(Relaxed);
    loop {
        let next = full.max(now) + 1_000;
        if next > now + 1_000_000_000 {
            return Err(refused());
        }
        match FULL.compare_exchange_weak(full, next, Relaxed, Relaxed) {
            Ok(_) => break,
            Err(seen) => full = seen,
        }
    }
    body::ready(x).await
}

#[inline(never)]
fn elapsed() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = *START.get_or_init(Instant::now);
    let elapsed = Instant::now().saturating_duration_since(start);
    elapsed.as_secs() * 1_000_000_000 + u64::from(elapsed.subsec_nanos())
}

static RUNNING: AtomicU32 = AtomicU32::new(0);

/// Gives the slot back.
struct Slot;

impl Drop for Slot {
    #[inline]
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Relaxed);
    }
}

#[inline]
fn slot() -> Result<Slot, Error> {
    let mut running = RUNNING.load(Relaxed);
    loop {
        if running >= 10 {
            return Err(refused());
        }
        match RUNNING.compare_exchange_weak(running, running + 1, Acquire, Relaxed) {
            Ok(_) => return Ok(Slot),
            Err(seen) => running = seen,
        }
    }
}

pub(crate) async fn slotted(x: u64) -> Result<u64, Error> {
    let _slot = slot()?;
    body::ready(x).await
}

pub(crate) async fn slotted_pends(x: u64) -> Result<u64, Error> {
    let _slot = slot()?;
    body::pends(x).await
}

static SLOTS: Semaphore = Semaphore::const_new(10);

/// As most write it.
pub(crate) async fn tokio_slotted(x: u64) -> Result<u64, Error> {
    let Ok(_slot) = SLOTS.try_acquire() else {
        return Err(refused());
    };
    body::ready(x).await
}

/// The same, where calls may wait.
pub(crate) async fn tokio_slotted_waiting(x: u64) -> Result<u64, Error> {
    let Ok(_slot) = SLOTS.acquire().await else {
        return Err(refused());
    };
    body::ready(x).await
}

pub(crate) async fn covered(x: u64) -> Result<u64, Error> {
    match body::ready(x).await {
        Err(_) => instead(x),
        ok => ok,
    }
}

#[cold]
#[inline(never)]
#[expect(clippy::unnecessary_wraps, reason = "a fallback may fail as well")]
fn instead(x: u64) -> Result<u64, Error> {
    Ok(x)
}

tokio::task_local! {
    static SAGA: ();
}

static OUTSIDE: AtomicU32 = AtomicU32::new(0);

pub(crate) async fn undoable(x: u64) -> Result<u64, Error> {
    if SAGA.try_with(|()| ()).is_err() {
        OUTSIDE.fetch_add(1, Relaxed);
    }
    body::ready(x).await
}

pub(crate) fn stacked(x: u64) -> impl Future<Output = Result<u64, Error>> {
    async move {
        let mut failed = 0;
        loop {
            let error = match guard(limit(body::ready(x))).await {
                Ok(value) => {
                    refill();
                    return Ok(value);
                }
                Err(error) => error,
            };
            match again(&mut failed, 3, Duration::from_millis(100), &error) {
                Some(delay) => paused(delay).await,
                None => return instead(x),
            }
        }
    }
}

pub(crate) fn hedged(x: u64) -> impl Future<Output = Result<u64, Error>> {
    hedge(x, body::ready)
}

pub(crate) fn hedged_pends(x: u64) -> impl Future<Output = Result<u64, Error>> {
    hedge(x, body::pends)
}

/// One more attempt when the first has not answered for a while; the first success wins.
#[inline]
fn hedge<F: Future<Output = Result<u64, Error>>>(
    x: u64,
    attempt: impl Fn(u64) -> F,
) -> impl Future<Output = Result<u64, Error>> {
    async move {
        let mut first = pin!(attempt(x));
        let mut timer = pin!(None::<Sleep>);
        let answer = poll_fn(|cx| {
            if let Poll::Ready(outcome) = first.as_mut().poll(cx) {
                return Poll::Ready(Some(outcome));
            }
            if timer.is_none() {
                timer.set(Some(sleep(LIMIT)));
            }
            match timer.as_mut().as_pin_mut() {
                Some(timer) => timer.poll(cx).map(|()| None),
                None => Poll::Pending,
            }
        });
        match answer.await {
            Some(outcome) => outcome,
            None => both(first, attempt(x)).await,
        }
    }
}

#[cold]
#[inline(never)]
async fn both<F: Future<Output = Result<u64, Error>>>(
    mut first: Pin<&mut F>,
    second: F,
) -> Result<u64, Error> {
    let mut second = pin!(second);
    let (mut first_failed, mut second_failed) = (false, false);
    poll_fn(|cx| {
        if !first_failed && let Poll::Ready(outcome) = first.as_mut().poll(cx) {
            if outcome.is_ok() || second_failed {
                return Poll::Ready(outcome);
            }
            first_failed = true;
        }
        if !second_failed && let Poll::Ready(outcome) = second.as_mut().poll(cx) {
            if outcome.is_ok() || first_failed {
                return Poll::Ready(outcome);
            }
            second_failed = true;
        }
        Poll::Pending
    })
    .await
}
