//! Outcomes of several threads, in a closed circuit and around its changes.

use std::time::Duration;

use resilience_policy::Circuit as Policy;

use super::{
    super::{State, machine::Change, report::changes, shared::CircuitState},
    setup::{BAD, GOOD, admitted, call, fresh, openings, settle, striped, thread, unlisted},
};
use crate::{model, time};

/// A window in time, and one of its buckets in nanoseconds.
const TEN: Duration = Duration::from_nanos(10 * BUCKET);
const BUCKET: u64 = 1_000;

#[test]
fn failures_that_come_together_open_it_once() {
    model(|| {
        let policy = const { &Policy::new().failures(2) };
        let circuit = fresh();
        let others = [1, 2].map(|n| thread(n, &circuit, |circuit| call(circuit, policy, BAD)));
        let here = call(&circuit, policy, BAD);
        let there = others.map(|other| other.join().unwrap());
        assert_eq!(circuit.state(), State::Open);
        assert_eq!(openings(), 1);
        // The third came too late: it was rejected, or its result is of an earlier generation.
        let counters = circuit.counters();
        let rejected = there.into_iter().chain([here]).filter(|ran| !ran).count();
        assert_eq!((counters.failures, counters.opened), (2, 1));
        assert_eq!(counters.rejected, u64::try_from(rejected).unwrap());
    });
}

#[test]
fn a_success_breaks_a_run_of_failures_or_comes_outside_of_it() {
    model(|| {
        let policy = const { &Policy::new().failures(2) };
        let circuit = fresh();
        let other = thread(1, &circuit, |circuit| call(circuit, policy, GOOD));
        call(&circuit, policy, BAD);
        call(&circuit, policy, BAD);
        other.join().unwrap();
        let (state, run) = (circuit.state(), circuit.counters().consecutive_failures);
        match openings() {
            0 => assert_eq!((state, run), (State::Closed, 1)),
            _ => assert_eq!((state, run), (State::Open, 0)),
        }
    });
}

#[test]
fn a_success_after_a_failure_is_never_passed_over() {
    model(|| {
        let policy = const { &Policy::new().failures(2) };
        let circuit = fresh();
        let other = thread(1, &circuit, |circuit| call(circuit, policy, BAD));
        let early = admitted(&circuit, policy).unwrap();
        other.join().unwrap();
        // Admitted before the failure or after it: it ends after.
        settle(&circuit, policy, early, GOOD);
        assert_eq!(circuit.counters().consecutive_failures, 0);
        call(&circuit, policy, BAD);
        assert_eq!(circuit.state(), State::Closed);
    });
}

#[test]
fn the_outcome_that_fills_the_window_trips_it_whichever_it_is() {
    model(|| {
        // One of three failed, and a success may be the third.
        let policy = const { &Policy::new().rate(33).window(3) };
        let circuit = fresh();
        call(&circuit, policy, GOOD);
        let other = thread(1, &circuit, |circuit| call(circuit, policy, GOOD));
        call(&circuit, policy, BAD);
        other.join().unwrap();
        assert_eq!(circuit.state(), State::Open);
        assert_eq!(openings(), 1);
        let counters = circuit.counters();
        assert_eq!((counters.successes, counters.failures), (2, 1));
    });
}

#[test]
fn it_trips_too_when_successes_are_counted_in_several_stripes() {
    model(|| {
        let policy = const { &Policy::new().rate(25).window(4) };
        let circuit = striped();
        call(&circuit, policy, GOOD);
        let others = [1, 2].map(|n| thread(n, &circuit, |circuit| call(circuit, policy, GOOD)));
        call(&circuit, policy, BAD);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(circuit.state(), State::Open);
        assert_eq!(openings(), 1);
    });
}

#[test]
fn a_failure_is_weighed_against_all_that_ended_before_it() {
    model(|| {
        // One of two would trip it; one of three does not.
        let policy = const { &Policy::new().rate(34).window(8).min_calls(2) };
        let circuit = fresh();
        call(&circuit, policy, GOOD);
        call(&circuit, policy, GOOD);
        let other = thread(1, &circuit, |circuit| call(circuit, policy, GOOD));
        call(&circuit, policy, BAD);
        other.join().unwrap();
        assert_eq!(circuit.state(), State::Closed);
        assert_eq!(circuit.counters().window_calls, 4);
    });
}

#[test]
fn who_looks_at_the_counters_hides_no_outcome() {
    model(|| {
        let policy = const { &Policy::new().rate(33).window(3) };
        let circuit = fresh();
        call(&circuit, policy, GOOD);
        let other = thread(1, &circuit, |circuit| call(circuit, policy, GOOD));
        let looks = thread(2, &circuit, |circuit| circuit.counters().successes);
        call(&circuit, policy, BAD);
        other.join().unwrap();
        assert!((1..=2).contains(&looks.join().unwrap()));
        assert_eq!(circuit.state(), State::Open);
    });
}

#[test]
fn what_is_counted_aside_is_counted_once() {
    model(|| {
        let policy = const { &Policy::new().rate(90).window(8) };
        let circuit = fresh();
        call(&circuit, policy, GOOD);
        let other = thread(0, &circuit, |circuit| {
            call(circuit, policy, GOOD);
            call(circuit, policy, GOOD);
        });
        call(&circuit, policy, BAD);
        call(&circuit, policy, GOOD);
        other.join().unwrap();
        let counters = circuit.counters();
        assert_eq!((counters.successes, counters.failures), (4, 1));
        assert_eq!((counters.window_calls, counters.window_failures), (5, 1));
    });
}

#[test]
fn nothing_is_lost_where_one_bucket_ends_and_the_next_begins() {
    model(|| {
        let policy = const { &Policy::new().rate(90).window_time(TEN) };
        let circuit = fresh();
        call(&circuit, policy, GOOD);
        let early = admitted(&circuit, policy).unwrap();
        let other = thread(1, &circuit, move |circuit| {
            settle(circuit, policy, early, GOOD);
            call(circuit, policy, GOOD);
        });
        time::set(3 * BUCKET);
        call(&circuit, policy, BAD);
        other.join().unwrap();
        let counters = circuit.counters();
        assert_eq!((counters.successes, counters.failures), (3, 1));
        assert_eq!((counters.window_calls, counters.window_failures), (4, 1));
    });
}

#[test]
fn results_of_an_earlier_generation_are_not_recorded() {
    for policy in [
        const { &Policy::new().failures(1) },
        const { &Policy::new().rate(1).window(1) },
    ] {
        model(move || {
            let circuit = fresh();
            call(&circuit, policy, GOOD);
            let [failed, fine] = [(); 2].map(|()| admitted(&circuit, policy).unwrap());
            let operator = thread(1, &circuit, |circuit| {
                circuit.force(State::ForcedOpen);
                circuit.reset();
            });
            let other = thread(2, &circuit, move |circuit| {
                settle(circuit, policy, fine, GOOD);
            });
            settle(&circuit, policy, failed, BAD);
            operator.join().unwrap();
            other.join().unwrap();
            assert_eq!(circuit.state(), State::Closed, "the reset came last");
            let counters = circuit.counters();
            assert_eq!(
                (counters.window_calls, counters.consecutive_failures),
                (0, 0)
            );
            assert!(openings() <= 1, "before the operator came, or never");
        });
    }
}

#[test]
fn a_change_of_the_operator_is_told_once_and_a_call_sees_it_whole() {
    model(|| {
        let policy = const { &Policy::new().failures(1) };
        let circuit = fresh();
        let operator = thread(1, &circuit, |circuit| circuit.force(State::ForcedClosed));
        let ran = call(&circuit, policy, BAD);
        operator.join().unwrap();
        assert!(ran);
        assert_eq!(circuit.state(), State::ForcedClosed);
        let changes = changes();
        let forced = Change::Forced(State::ForcedClosed);
        assert!(changes.contains(&forced));
        assert_eq!(
            u64::try_from(changes.len()).unwrap(),
            1 + circuit.counters().opened
        );
    });
}

#[test]
fn it_is_listed_once_whatever_else_it_becomes() {
    model(|| {
        let policy = const { &Policy::new().failures(1) };
        let circuit = unlisted();
        let other = thread(1, &circuit, CircuitState::mark_listed);
        call(&circuit, policy, BAD);
        let here = circuit.mark_listed();
        assert!(here ^ other.join().unwrap());
        assert!(!circuit.is_unlisted());
        assert_eq!(circuit.state(), State::Open);
    });
}
