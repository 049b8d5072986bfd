//! Where the delay of a retry comes from: the policy, or a backoff of the user's own.

use std::time::Duration;

use resilience_policy::Jitter;

use crate::rng;

/// Stands for the schedule of the policy.
#[derive(Debug, Clone, Copy)]
pub struct Scheduled;

/// Where the delay of a retry comes from.
pub trait Delays {
    /// The delay before the n-th retry.
    fn next(&mut self, retry: u32) -> Delay;
}

/// The delay before a retry.
#[derive(Debug, Clone, Copy)]
pub enum Delay {
    /// As the policy says.
    OfPolicy,
    /// As the user's backoff says, jitter included; `None` ends the retrying.
    Custom(Option<Duration>),
}

impl Delays for Scheduled {
    #[inline]
    fn next(&mut self, _: u32) -> Delay {
        Delay::OfPolicy
    }
}

/// A backoff of the user's own, with the jitter the attribute asks for.
///
/// The pointer spares the impl below a bound on `B`: what is no backoff is reported once, where
/// it is written.
#[derive(Debug)]
pub struct Custom<B> {
    pub(super) backoff: B,
    pub(super) delay: fn(&mut B, u32) -> Option<Duration>,
    pub(super) jitter: Jitter,
}

impl<B> Delays for Custom<B> {
    #[cold]
    fn next(&mut self, retry: u32) -> Delay {
        let delay = (self.delay)(&mut self.backoff, retry);
        Delay::Custom(delay.map(|delay| self.jitter.spread(delay, rng::random())))
    }
}
