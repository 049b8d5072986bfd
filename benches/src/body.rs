//! The work inside every case: as little as can fail.

#![expect(clippy::unused_async, reason = "layers stand on async functions")]

use std::{
    future::Future,
    hint::black_box,
    pin::Pin,
    task::{Context, Poll},
};

use resilience::{Classify, Rejection, Verdict};

/// An error of one word, so that what is counted is the layers and not the moving of errors.
#[derive(Debug)]
pub(crate) enum Error {
    Busy,
    Rejected,
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Busy => Verdict::retryable(),
            Self::Rejected => Verdict::permanent(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(_: Rejection) -> Self {
        Self::Rejected
    }
}

/// An error as services have it: it holds the rejection, and has something to drop.
#[derive(Debug)]
pub(crate) enum Wide {
    Narrow(Error),
    Rejected(Rejection),
}

impl Classify for Wide {
    fn classify(&self) -> Verdict {
        match self {
            Self::Narrow(error) => error.classify(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Wide {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// [`ready`] with that error.
#[inline]
pub(crate) async fn wide(x: u64) -> Result<u64, Wide> {
    let x = black_box(x);
    if x == u64::MAX {
        return Err(Wide::Narrow(Error::Busy));
    }
    Ok(x + 1)
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
