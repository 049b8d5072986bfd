//! The work inside every case: as little as can fail.

use std::{
    future::Future,
    hint::black_box,
    pin::Pin,
    task::{Context, Poll},
};

use resilience::{Classify, Rejection, Verdict};

/// An error as users write it.
#[derive(Debug)]
pub(crate) enum Error {
    Busy,
    Rejected(Rejection),
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Busy => Verdict::retryable(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// The call without any layer. Small enough to be inlined, so that a layer has nothing to hide
/// behind.
#[inline]
pub(crate) async fn ready(x: u64) -> Result<u64, Error> {
    let x = black_box(x);
    if x == u64::MAX {
        return Err(Error::Busy);
    }
    Ok(x + 1)
}

/// With an argument that must be kept for the next attempt.
#[inline]
pub(crate) async fn named(x: u64, name: String) -> Result<u64, Error> {
    ready(x + name.len() as u64).await
}

pub(crate) fn name() -> String {
    black_box("order").to_owned()
}

/// Waits once.
#[inline]
pub(crate) async fn pends(x: u64) -> Result<u64, Error> {
    Once(false).await;
    ready(x).await
}

#[inline]
pub(crate) async fn fails(x: u64) -> Result<u64, Error> {
    let x = black_box(x);
    if x == u64::MAX {
        return Ok(x);
    }
    Err(Error::Busy)
}

pub(crate) async fn fails_three_times(x: u64) -> Result<u64, Error> {
    if let Ok(x) = fails(x).await {
        return Ok(x);
    }
    if let Ok(x) = fails(x).await {
        return Ok(x);
    }
    fails(x).await
}

/// Wakes its task, and is pending exactly once.
struct Once(bool);

impl Future for Once {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
