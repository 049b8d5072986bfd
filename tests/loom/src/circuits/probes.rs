//! The places of a half-open circuit.

use std::{sync::Arc, time::Duration};

use resilience_policy::Circuit as Policy;

use super::{
    super::{State, machine::Change, report::changes, shared::CircuitState},
    setup::{BAD, GOOD, admitted, call, fresh, settle, thread},
};
use crate::{model, time};

const SECOND: u64 = 1_000_000_000;
pub(super) const POLICY: &Policy = &Policy::new()
    .failures(1)
    .probes(1)
    .cooldown(Duration::from_secs(1));

/// Open, and the cooldown is over.
pub(super) fn cooled() -> Arc<CircuitState> {
    let circuit = fresh();
    assert!(call(&circuit, POLICY, BAD));
    time::set(2 * SECOND);
    drop(changes());
    circuit
}

#[test]
fn one_place_is_for_one_call_and_the_circuit_half_opens_once() {
    model(|| {
        let circuit = cooled();
        let others =
            [1, 2].map(|n| thread(n, &circuit, |circuit| admitted(circuit, POLICY).is_some()));
        let here = admitted(&circuit, POLICY).is_some();
        let there = others.map(|other| other.join().unwrap());
        assert_eq!(there.into_iter().chain([here]).filter(|it| *it).count(), 1);
        assert_eq!(circuit.state(), State::HalfOpen);
        assert_eq!(changes(), [Change::HalfOpened]);
    });
}

#[test]
fn the_successes_of_all_probes_close_it_once() {
    model(|| {
        let policy = const { &POLICY.probes(2) };
        let circuit = cooled();
        let other = thread(1, &circuit, |circuit| call(circuit, policy, GOOD));
        assert!(call(&circuit, policy, GOOD) && other.join().unwrap());
        assert_eq!(circuit.state(), State::Closed);
        assert_eq!(changes(), [Change::HalfOpened, Change::Closed]);
    });
}

#[test]
fn a_probe_that_fails_reopens_it_and_the_other_one_counts_no_more() {
    model(|| {
        let policy = const { &POLICY.probes(2) };
        let circuit = cooled();
        let probes = [(); 2].map(|()| admitted(&circuit, policy).unwrap());
        let [fails, fine] = probes;
        let other = thread(1, &circuit, move |circuit| {
            settle(circuit, policy, fine, GOOD);
        });
        settle(&circuit, policy, fails, BAD);
        other.join().unwrap();
        assert_eq!(circuit.state(), State::Open);
        let changes = changes();
        assert!(matches!(
            changes[..],
            [Change::HalfOpened, Change::Opened { .. }]
        ));
    });
}

#[test]
fn a_place_whose_lease_is_over_has_one_owner() {
    model(|| {
        let circuit = cooled();
        let hung = admitted(&circuit, POLICY).unwrap();
        time::set(10 * SECOND);
        let other = thread(1, &circuit, |circuit| call(circuit, POLICY, BAD));
        settle(&circuit, POLICY, hung, GOOD);
        assert!(other.join().unwrap());
        // As a probe in its place, or after its success as a first call: it reopens.
        assert_eq!(circuit.state(), State::Open);
        let changes = changes();
        assert_eq!(changes[0], Change::HalfOpened);
        let closed = changes.contains(&Change::Closed);
        assert_eq!(changes.len(), 2 + usize::from(closed));
        assert_eq!(circuit.counters().opened, 2);
    });
}

#[test]
fn a_place_that_comes_back_is_not_lost_and_not_doubled() {
    model(|| {
        let circuit = cooled();
        let probe = admitted(&circuit, POLICY).unwrap();
        let gives = thread(1, &circuit, move |circuit| {
            circuit.give_back(probe.ticket());
        });
        let here = admitted(&circuit, POLICY).is_some();
        gives.join().unwrap();
        let next = admitted(&circuit, POLICY).is_some();
        assert!(here ^ next, "one of them has it");
    });
}
