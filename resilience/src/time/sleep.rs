//! A wait of a call, in a task or on a thread.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::time::Instant;

use super::Timer;
use crate::blocking;

/// A wait until an instant. Who sleeps is known when it is first polled: a task of a runtime, or
/// the thread of a plain function.
#[derive(Debug)]
pub(crate) enum Sleep {
    Until(Instant),
    Task(Timer),
    Thread(std::time::Instant),
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Until(at) = *self {
            *self = if blocking::is_driver(cx) {
                Self::Thread(blocking::clock_at(at))
            } else {
                Self::Task(Timer::armed(at))
            };
        }
        match &mut *self {
            Self::Until(_) => Poll::Pending,
            Self::Task(timer) => timer.poll(cx),
            Self::Thread(at) => blocking::poll_until(*at),
        }
    }
}
