//! The `circuit` layer: stops calling a dependency that fails, and finds out when it is back.

mod future;
mod keys;
mod machine;
mod number;
mod probes;
mod registry;
mod report;
mod shared;
mod state;
mod stripes;
mod threshold;
mod window;

use std::time::Duration;

use resilience_policy::Circuit as CircuitPolicy;

use crate::site::{Name, Site};

pub use self::{
    future::{CircuitFuture, CircuitLayer, CircuitRef, circuit},
    keys::{CircuitKeys, KeyedCircuit},
    registry::{CircuitHandle, circuits},
    shared::CircuitState,
    state::{Counters, State},
};

/// A circuit that several functions share, or that an operator wants to reach by name.
///
/// `#[circuit(failures = 5)]` makes one of its own for each function. A `static` of this type is
/// shared by every function that names it.
///
/// Defaults: opens when at least 50 % of the last 100 calls failed (and at least 20 were made),
/// for 30 s; then lets 3 probes through, whose success closes it. While it is open, calls are
/// rejected with [`Rejection::CircuitOpen`](crate::Rejection::CircuitOpen) and nothing is run.
///
/// * A *failure* is an error that the layer's `on` matches (default: every retryable one), a
///   panic, or a call that a timeout above in the same stack cut off. Any other error is an
///   answer, and counts as a success.
/// * A rejection by a layer inside and a dropped call say nothing about the dependency: they give
///   back what they hold and are not counted.
/// * The result of a call that began in an earlier state is ignored.
/// * A probe that never ends keeps its place for one cooldown (at least 1 s); then another call
///   may take it.
/// * While the circuit is closed, a success takes no lock; with `failures` it writes nothing.
///
/// Functions that share a circuit should agree on its window: each looks through its own, and a
/// window of another kind starts empty.
///
/// ```
/// use std::time::Duration;
/// use resilience::{Circuit, State};
///
/// static PAYMENTS: Circuit =
///     Circuit::new("payments").failures(5).cooldown(Duration::from_secs(10));
///
/// assert_eq!(PAYMENTS.state(), State::Closed);
/// PAYMENTS.force_open();
/// assert_eq!(PAYMENTS.state(), State::ForcedOpen);
/// PAYMENTS.reset();
/// assert_eq!(PAYMENTS.state(), State::Closed);
/// ```
#[derive(Debug)]
pub struct Circuit {
    policy: CircuitPolicy,
    shared: CircuitState,
}

impl Circuit {
    /// A closed circuit with the default policy. The name is the one in events and in
    /// [`circuits`].
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            policy: CircuitPolicy::new(),
            shared: CircuitState::new(Name::Given(name)),
        }
    }

    /// The circuit of an annotated function, under the function's name.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(site: &'static Site) -> Self {
        Self {
            policy: CircuitPolicy::new(),
            shared: CircuitState::new(Name::Of(site)),
        }
    }

    /// Opens after so many counted failures in a row. Not together with `rate` or `window`.
    #[must_use]
    pub const fn failures(self, failures: u32) -> Self {
        let policy = self.policy.failures(failures);
        self.with_policy(policy)
    }

    /// Opens when this percentage of the window failed (at ≥). Default 50.
    #[must_use]
    pub const fn rate(self, percent: u32) -> Self {
        let policy = self.policy.rate(percent);
        self.with_policy(policy)
    }

    /// Looks at the last so many calls. Default 100.
    #[must_use]
    pub const fn window(self, calls: u32) -> Self {
        let policy = self.policy.window(calls);
        self.with_policy(policy)
    }

    /// Looks at the calls of the last so long, in ten buckets: an outcome counts for at least
    /// nine tenths of that time and never longer.
    #[must_use]
    pub const fn window_time(self, time: Duration) -> Self {
        let policy = self.policy.window_time(time);
        self.with_policy(policy)
    }

    /// Looks at no rate before so many calls. Default: the smaller of 20 and the window.
    #[must_use]
    pub const fn min_calls(self, calls: u32) -> Self {
        let policy = self.policy.min_calls(calls);
        self.with_policy(policy)
    }

    /// A call that takes so long or longer, from its first suspension, is slow. Default: none is.
    ///
    /// With `failures`, a slow call is a failure; with a rate, it counts for `slow_rate` only.
    #[must_use]
    pub const fn slow(self, slow: Duration) -> Self {
        let policy = self.policy.slow(slow);
        self.with_policy(policy)
    }

    /// Opens when this percentage of the window was slow (at ≥). Default 80, where `slow` is
    /// said.
    #[must_use]
    pub const fn slow_rate(self, percent: u32) -> Self {
        let policy = self.policy.slow_rate(percent);
        self.with_policy(policy)
    }

    /// How long it stays open; at exactly that instant a probe is allowed. Default 30 s.
    #[must_use]
    pub const fn cooldown(self, cooldown: Duration) -> Self {
        let policy = self.policy.cooldown(cooldown);
        self.with_policy(policy)
    }

    /// Each reopening multiplies the cooldown by this, until it closes. Default 1.
    #[must_use]
    pub const fn cooldown_factor(self, factor: u32) -> Self {
        let policy = self.policy.cooldown_factor(factor);
        self.with_policy(policy)
    }

    /// How many calls may probe at once, and how many must succeed to close. Default 3.
    #[must_use]
    pub const fn probes(self, probes: u32) -> Self {
        let policy = self.policy.probes(probes);
        self.with_policy(policy)
    }

    /// With a policy that was made elsewhere.
    #[must_use]
    pub const fn with_policy(mut self, policy: CircuitPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The policy it was made with.
    pub const fn policy(&self) -> &CircuitPolicy {
        &self.policy
    }

    /// The name it was made with.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.shared.name()
    }

    /// The state now. An open circuit becomes half-open when the first call after the cooldown
    /// arrives, not before.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.state()
    }

    /// What it has counted.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    /// Rejects every call until [`reset`](Self::reset), whatever the cooldown.
    pub fn force_open(&'static self) {
        list(self);
        self.shared.force(State::ForcedOpen);
    }

    /// Admits every call and records nothing until [`reset`](Self::reset).
    pub fn force_closed(&'static self) {
        list(self);
        self.shared.force(State::ForcedClosed);
    }

    /// Closes it and forgets what lies in its window. The totals are kept.
    pub fn reset(&self) {
        self.shared.reset();
    }
}

/// All circuits as new, all keys forgotten. For the test kit.
#[allow(
    dead_code,
    reason = "only the test kit calls it, which is behind a feature"
)]
pub(crate) fn reset_all() {
    registry::reset_all();
}

/// A closure that names a `static` takes no room in the future.
impl<F: Fn() -> &'static Circuit> CircuitRef for F {
    #[inline]
    fn shared(&self) -> &CircuitState {
        &self().shared
    }

    #[inline]
    fn list(&self) {
        list(self());
    }
}

#[cold]
#[inline(never)]
fn list(circuit: &'static Circuit) {
    if circuit.shared.mark_listed() {
        registry::list(circuit);
    }
}
