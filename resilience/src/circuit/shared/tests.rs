//! The lock-free half against a model, and many threads against each other.

use std::{
    collections::VecDeque,
    sync::{
        Barrier,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
};

use super::*;

const GOOD: Sample = Sample::SUCCESS;
const BAD: Sample = Sample::FAILURE;

fn state() -> CircuitState {
    CircuitState::keyed(Name::Given("test"))
}

fn admitted(shared: &CircuitState, policy: &Policy) -> Option<Admission> {
    let admit = || shared.admit(policy).ok().map(Admission::from);
    shared.admit_closed().or_else(admit)
}

/// What the layer does with an outcome.
fn settle(shared: &CircuitState, policy: &Policy, admission: Admission, sample: Sample) {
    if sample != GOOD || !shared.succeed_closed(policy, admission) {
        shared.record(policy, admission.ticket(), sample);
    }
}

fn call(shared: &CircuitState, policy: &Policy, sample: Sample) -> bool {
    let ticket = admitted(shared, policy);
    ticket
        .inspect(|&ticket| settle(shared, policy, ticket, sample))
        .is_some()
}

/// An eager window: every outcome is kept, and everything is counted again after each.
#[derive(Default)]
struct Eager {
    outcomes: VecDeque<(u64, Sample)>,
    origin: u64,
}

impl Eager {
    fn trips(&mut self, policy: &Policy, sample: Sample, now: u64) -> bool {
        let outcomes = &mut self.outcomes;
        match policy.effective_window() {
            Window::Calls(calls) => {
                outcomes.push_back((0, sample));
                while outcomes.len() > calls as usize {
                    outcomes.pop_front();
                }
            }
            Window::Time(time) => {
                let width = nanos(time) / 10;
                let bucket = (now - self.origin) / width;
                outcomes.retain(|&(fell, _)| fell + 10 > bucket);
                if outcomes.is_empty() {
                    self.origin = now;
                }
                outcomes.push_back(((now - self.origin) / width, sample));
            }
            _ => unreachable!("there are two kinds of windows"),
        }
        let calls = outcomes.len() as u64;
        let failures = outcomes.iter().filter(|(_, sample)| sample.failed).count() as u64;
        let slow = outcomes.iter().filter(|(_, sample)| sample.slow).count() as u64;
        let over = |bad: u64, rate: u32| bad > 0 && bad * 100 >= u64::from(rate) * calls;
        let tripped = calls >= u64::from(policy.effective_min_calls())
            && (over(failures, policy.effective_rate())
                || policy
                    .effective_slow_rate()
                    .is_some_and(|rate| over(slow, rate)));
        if tripped {
            outcomes.clear();
        }
        tripped
    }
}

fn random_policy(random: &mut fastrand::Rng) -> Policy {
    let policy = Policy::new().rate(random.u32(1..=100)).min_calls(1);
    let policy = if random.bool() {
        let window = random.u32(1..=12);
        policy.window(window).min_calls(random.u32(1..=window))
    } else {
        let window = Duration::from_millis(random.u64(1..=20) * 10);
        policy.window_time(window).min_calls(random.u32(1..=8))
    };
    if random.bool() {
        return policy;
    }
    policy
        .slow(Duration::from_secs(1))
        .slow_rate(random.u32(1..=100))
}

#[tokio::test(start_paused = true)]
async fn it_trips_exactly_when_an_eager_window_does() {
    let mut random = fastrand::Rng::with_seed(17);
    let mut trips = [0; 2];
    for round in 0..1_500 {
        let policy = random_policy(&mut random);
        let (shared, mut eager) = (state(), Eager::default());
        let bad = random.f64() * 0.8;
        for step in 0..200 {
            let sample = Sample {
                failed: random.f64() < bad,
                slow: policy.slow_after().is_some() && random.f64() < bad,
            };
            if random.u32(0..3) == 0 {
                tokio::time::advance(Duration::from_millis(random.u64(0..30))).await;
            }
            if random.u32(0..20) == 0 {
                // Looking must not change what follows.
                let _ = shared.counters();
            }
            assert!(call(&shared, &policy, sample));
            let expected = eager.trips(&policy, sample, stamp(now()));
            let tripped = shared.state() == State::Open;
            assert_eq!(
                tripped, expected,
                "round {round}, step {step}, {policy:?}, {sample:?}"
            );
            if tripped {
                trips[usize::from(!sample.is_bad())] += 1;
                shared.reset();
            }
        }
    }
    assert!(
        trips[0] > 1_000 && trips[1] > 1_000,
        "both ways of tripping were met: {trips:?}"
    );
}

#[test]
fn a_success_in_the_closed_state_takes_no_lock() {
    let hour = Duration::from_secs(3600);
    let rates = Policy::new().rate(50);
    for policy in [
        Policy::new().failures(5),
        rates.window(10),
        rates.window_time(hour),
    ] {
        let shared = state();
        assert!(call(&shared, &policy, GOOD), "the first may set things up");
        let word = shared.word.load(SeqCst);
        let held = shared.hold();
        for _ in 0..1_000 {
            assert!(call(&shared, &policy, GOOD));
        }
        drop(held);
        assert_eq!(shared.word.load(SeqCst), word);
    }
}

#[tokio::test(start_paused = true)]
async fn successes_are_counted_aside_again_in_every_new_bucket() {
    let (shared, policy) = (state(), Policy::new().window_time(Duration::from_secs(10)));
    for pause in [0, 1, 3, 100, 100, 9, 10] {
        tokio::time::advance(Duration::from_secs(pause)).await;
        assert!(
            call(&shared, &policy, GOOD),
            "the first of a bucket takes the lock"
        );
        assert_eq!(shared.stripes.get().map(Stripes::drain), Some(0));
        for _ in 0..3 {
            assert!(call(&shared, &policy, GOOD));
        }
        assert_eq!(
            shared.stripes.get().map(Stripes::drain),
            Some(3),
            "after {pause} s"
        );
    }
}

#[test]
fn consecutive_mode_writes_nothing_at_all_for_a_success() {
    let (shared, policy) = (state(), Policy::new().failures(2));
    for _ in 0..10 {
        call(&shared, &policy, GOOD);
    }
    assert_eq!(shared.counters(), Counters::ZERO);
    assert!(shared.stripes.get().is_none());
}

#[test]
fn what_failures_write_lies_on_other_cache_lines_than_the_word() {
    let shared = state();
    let word = (&raw const shared.word).addr();
    let machine = (&raw const shared.machine).addr();
    assert!(word.abs_diff(machine) >= 128);
    assert!(
        size_of::<CircuitState>() <= 512,
        "{}",
        size_of::<CircuitState>()
    );
}

#[test]
fn totals_are_complete_although_successes_are_counted_aside() {
    let (shared, policy) = (
        CircuitState::new(Name::Given("test")),
        Policy::new().rate(90).window(50),
    );
    assert!(shared.mark_listed() && !shared.mark_listed());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..5_000 {
                    call(&shared, &policy, if n % 5 == 0 { BAD } else { GOOD });
                }
            });
        }
    });
    let counters = shared.counters();
    assert_eq!((counters.successes, counters.failures), (16_000, 4_000));
    assert_eq!((counters.window_calls, counters.opened), (50, 0));
}

#[test]
fn n_failures_of_n_threads_open_it_and_n_minus_one_do_not() {
    for _ in 0..50 {
        for (threads, expected) in [(4, State::Closed), (5, State::Open)] {
            let (shared, policy) = (state(), Policy::new().failures(5));
            let start = Barrier::new(threads);
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        start.wait();
                        call(&shared, &policy, BAD);
                    });
                }
            });
            assert_eq!(shared.state(), expected);
        }
    }
}

#[test]
fn many_threads_get_exactly_the_places_of_a_half_open_circuit() {
    let policy = Policy::new().failures(1).cooldown(Duration::ZERO).probes(3);
    for _ in 0..100 {
        let shared = state();
        call(&shared, &policy, BAD);
        let (start, got) = (Barrier::new(8), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    // Held until all have asked.
                    got.fetch_add(admitted(&shared, &policy).is_some().into(), SeqCst);
                });
            }
        });
        assert_eq!(got.into_inner(), 3);
        assert_eq!(shared.state(), State::HalfOpen);
    }
}

#[test]
fn late_results_race_with_changes_and_never_count() {
    let policies = [
        Policy::new().failures(1),
        Policy::new().rate(1).window(4).min_calls(1),
    ];
    for (round, policy) in policies.iter().cycle().take(200).enumerate() {
        let shared = state();
        call(&shared, policy, GOOD);
        let early: Vec<_> = (0..4).filter_map(|_| shared.admit_closed()).collect();
        let start = Barrier::new(early.len() + 1);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                shared.force(State::ForcedOpen);
                shared.reset();
            });
            for (n, &ticket) in early.iter().enumerate() {
                let (start, shared) = (&start, &shared);
                scope.spawn(move || {
                    start.wait();
                    let sample = if (n + round) % 2 == 0 { GOOD } else { BAD };
                    settle(shared, policy, ticket, sample);
                });
            }
        });
        let counters = shared.counters();
        assert_eq!(shared.state(), State::Closed, "the reset came last");
        assert_eq!(
            (counters.window_calls, counters.consecutive_failures),
            (0, 0)
        );
    }
}
