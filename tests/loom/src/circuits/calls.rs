//! The layer itself: its future can be dropped whenever it is not being polled.

use std::{
    future::{Future, pending, ready},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use resilience_policy::Circuit as Policy;

use super::{
    super::{
        State,
        future::{CircuitLayer, CircuitRef, circuit},
        report::changes,
        shared::CircuitState,
    },
    probes::{POLICY, cooled},
    setup::{admitted, fresh, openings, thread},
};
use crate::{
    model,
    rejection::Rejection,
    retry::Asked,
    site::Site,
    time::{self, Limit},
};

type Answer = Result<(), bool>;

impl CircuitRef for &CircuitState {
    fn shared(&self) -> &CircuitState {
        self
    }

    fn list(&self) {}
}

/// The future of a call: every error but the rejection (`true`) is a failure.
fn layer<'a>(
    state: &'a CircuitState,
    policy: &'a Policy,
    limit: Option<&'a Limit<'a>>,
    body: impl Future<Output = Answer> + 'a,
) -> impl Future<Output = Answer> + 'a {
    let surroundings = move || CircuitLayer {
        site: const { &Site },
        policy,
        limit,
        call: None,
    };
    let on = |_: &bool| Asked { again: true };
    let reject = |_: Rejection| Err(true);
    circuit(surroundings, state, on, body, reject, error_of)
}

fn error_of(answer: &Answer) -> Option<&bool> {
    answer.as_ref().err()
}

fn poll(call: &mut (impl Future<Output = Answer> + Unpin)) -> Poll<Answer> {
    Pin::new(call).poll(&mut Context::from_waker(Waker::noop()))
}

/// Runs a call until it waits for ever, and drops it; whether it was admitted.
fn dropped(state: &CircuitState, policy: &Policy, limit: Option<&Limit<'_>>) -> bool {
    let mut call = pin!(layer(state, policy, limit, pending()));
    let waits = poll(&mut call).is_pending();
    if let Some(limit) = limit {
        limit.cut();
    }
    waits
}

/// Whether a call that ends at once was run.
fn ran(state: &CircuitState, policy: &Policy, answer: Answer) -> bool {
    let mut call = pin!(layer(state, policy, None, ready(answer)));
    poll(&mut call) == Poll::Ready(answer)
}

#[test]
fn a_probe_that_is_dropped_gives_its_place_back() {
    model(|| {
        let circuit = cooled();
        let others = [1, 2].map(|n| thread(n, &circuit, |circuit| dropped(circuit, POLICY, None)));
        let here = dropped(&circuit, POLICY, None);
        let there = others.map(|other| other.join().unwrap());
        assert!(here || there.contains(&true));
        assert_eq!(circuit.state(), State::HalfOpen);
        assert!(admitted(&circuit, POLICY).is_some(), "the place is free");
        assert!(admitted(&circuit, POLICY).is_none(), "and it is one");
    });
}

#[test]
fn a_probe_that_is_dropped_beside_one_that_succeeds() {
    model(|| {
        let circuit = cooled();
        let other = thread(1, &circuit, |circuit| dropped(circuit, POLICY, None));
        let ran = ran(&circuit, POLICY, Ok(()));
        assert!(other.join().unwrap() || ran);
        let closed = circuit.state() == State::Closed;
        assert_eq!(closed, ran);
        assert!(admitted(&circuit, POLICY).is_some());
    });
}

#[test]
fn calls_that_a_limit_cuts_off_open_it_once() {
    model(|| {
        let policy = const { &Policy::new().failures(2) };
        let circuit = fresh();
        let cut = move |circuit: &CircuitState| {
            let limit = Limit::new(Duration::from_secs(1), None);
            dropped(circuit, policy, Some(&limit))
        };
        let other = thread(1, &circuit, cut);
        assert!(cut(&circuit) && other.join().unwrap());
        assert_eq!(circuit.state(), State::Open);
        assert_eq!(openings(), 1);
    });
}

#[test]
fn a_dropped_call_of_a_closed_circuit_says_nothing() {
    model(|| {
        let policy = const { &Policy::new().rate(50).window(2) };
        let circuit = fresh();
        let other = thread(1, &circuit, |circuit| dropped(circuit, policy, None));
        assert!(ran(&circuit, policy, Ok(())));
        assert!(other.join().unwrap());
        assert!(ran(&circuit, policy, Ok(())));
        let counters = circuit.counters();
        assert_eq!((counters.successes, counters.window_calls), (2, 2));
        assert!(changes().is_empty());
    });
}

#[test]
fn a_call_that_is_dropped_while_it_changes_state_gives_nothing_of_another_back() {
    model(|| {
        let circuit = cooled();
        let mut call = Box::pin(layer(&circuit, POLICY, None, pending()));
        assert!(poll(&mut call).is_pending());
        let operator = thread(1, &circuit, |circuit| {
            circuit.reset();
            // It opens again, cools down and has a probe of its own: in the same place.
            assert!(ran(circuit, POLICY, Err(false)));
            time::set(20_000_000_000);
            assert!(admitted(circuit, POLICY).is_some());
        });
        drop(call);
        operator.join().unwrap();
        assert!(admitted(&circuit, POLICY).is_none(), "the place is taken");
    });
}
