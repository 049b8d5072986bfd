//! Circuits and calls of the models.

use std::sync::Arc;

use loom::thread::{self, JoinHandle};
use resilience_policy::Circuit as Policy;

use super::super::{
    Counters, State,
    machine::Change,
    number::NUMBER,
    report,
    shared::{Admission, CircuitState},
    window::Sample,
};
use crate::{site::Name, time};

pub(super) const GOOD: Sample = Sample::SUCCESS;
pub(super) const BAD: Sample = Sample::FAILURE;

/// A circuit that nobody has used, at a clock that has just begun.
pub(super) fn fresh() -> Arc<CircuitState> {
    time::set(1);
    drop(report::changes());
    // Of one key: one stripe.
    used(CircuitState::keyed(Name::Given("circuit")))
}

/// With the stripes of a circuit without keys.
pub(super) fn striped() -> Arc<CircuitState> {
    let circuit = unlisted();
    assert!(circuit.mark_listed());
    circuit
}

/// The same before its first call.
pub(super) fn unlisted() -> Arc<CircuitState> {
    drop(fresh());
    used(CircuitState::new(Name::Given("circuit")))
}

/// Its word, its lock and the place for its stripes are made before there are threads.
fn used(circuit: CircuitState) -> Arc<CircuitState> {
    assert_eq!(circuit.state(), State::Closed);
    assert_eq!(circuit.counters(), Counters::ZERO);
    Arc::new(circuit)
}

/// What the layer does before a call …
pub(super) fn admitted(circuit: &CircuitState, policy: &Policy) -> Option<Admission> {
    let admit = || circuit.admit(policy).ok().map(Admission::from);
    circuit.admit_closed().or_else(admit)
}

/// … and after it.
pub(super) fn settle(circuit: &CircuitState, policy: &Policy, call: Admission, sample: Sample) {
    if sample != GOOD || !circuit.succeed_closed(policy, call) {
        circuit.record(policy, call.ticket(), sample);
    }
}

/// A whole call; false if it was rejected.
pub(super) fn call(circuit: &CircuitState, policy: &Policy, sample: Sample) -> bool {
    let admission = admitted(circuit, policy);
    if let Some(admission) = admission {
        settle(circuit, policy, admission, sample);
    }
    admission.is_some()
}

/// On a thread of its own, which counts in the stripe of this number.
pub(super) fn thread<T: 'static>(
    number: usize,
    circuit: &Arc<CircuitState>,
    run: impl FnOnce(&CircuitState) -> T + 'static,
) -> JoinHandle<T> {
    let circuit = Arc::clone(circuit);
    thread::spawn(move || {
        NUMBER.set(number);
        run(&circuit)
    })
}

/// How often it has opened since this was last asked.
pub(super) fn openings() -> usize {
    let opened = |change: &Change| matches!(change, Change::Opened { .. });
    report::changes().into_iter().filter(opened).count()
}
