//! The budget and the estimator against what they promise, over many random histories.

use std::{sync::Mutex, time::Duration};

use super::{
    HedgeBudget, Latency,
    latency::{BUCKETS, bucket_of, end_of},
};

/// A budget of its own for each history. Small, and few.
fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

#[test]
fn hedges_never_exceed_their_share_of_the_calls_but_for_one_at_a_time() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let share = random.u32(1..=100);
        let budget = leaked(HedgeBudget::new().share(share));
        let (mut calls, mut paid, mut running) = (0_u32, 0_u32, Vec::new());
        for _ in 0..2000 {
            match random.u32(0..3) {
                0 => {
                    budget.deposit(10);
                    calls += 1;
                }
                1 => {
                    let idle = running.is_empty();
                    let saved = budget.saved();
                    let permit = budget.take();
                    assert_eq!(permit.is_some(), saved > 0 || idle);
                    paid += u32::from(saved > 0);
                    running.extend(permit);
                }
                _ => {
                    let at = random.usize(0..=running.len());
                    if at < running.len() {
                        drop(running.swap_remove(at));
                    }
                }
            }
            assert_eq!(budget.running() as usize, running.len());
            assert!(paid * 100 <= calls * share, "{paid} of {calls} calls");
            assert!(budget.saved() <= 100);
        }
    }
}

#[test]
fn lm_06_threads_neither_lose_tokens_nor_make_them() {
    static BUDGET: HedgeBudget = HedgeBudget::new().share(50);
    static TAKEN: Mutex<u32> = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                // Held, so that nothing but tokens pays for another.
                let held: Vec<_> = (0..200)
                    .filter_map(|_| {
                        BUDGET.deposit(10);
                        BUDGET.take()
                    })
                    .collect();
                *TAKEN.lock().unwrap() += u32::try_from(held.len()).unwrap();
                std::mem::forget(held);
            });
        }
    });
    // 800 calls pay for 400, and one may run for nothing.
    let taken = *TAKEN.lock().unwrap();
    assert!((400..=401).contains(&(taken + BUDGET.saved())), "{taken}");
    assert_eq!(BUDGET.running(), taken);
}

#[test]
fn only_one_of_many_threads_gets_the_hedge_that_is_free() {
    static EMPTY: HedgeBudget = HedgeBudget::new().share(1);
    for _ in 0..100 {
        let got = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| EMPTY.take())).collect();
            let permits = threads.into_iter().map(|it| it.join().unwrap());
            permits.collect::<Vec<_>>()
        });
        assert_eq!(got.iter().flatten().count(), 1);
    }
}

#[test]
fn every_latency_lies_in_a_bucket_that_is_at_most_a_sixteenth_too_long() {
    for bucket in 0..BUCKETS {
        assert_eq!(bucket_of(end_of(bucket)), bucket);
        let beyond = bucket_of(end_of(bucket) + Duration::from_nanos(1));
        assert_eq!(beyond, (bucket + 1).min(BUCKETS - 1));
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..100_000 {
        let took = Duration::from_nanos(random.u64(..) >> random.u32(30..60));
        let end = end_of(bucket_of(took));
        assert!(end >= took, "{took:?}");
        assert!(
            end <= took + took / 16 + Duration::from_micros(1),
            "{took:?}"
        );
    }
    assert_eq!(bucket_of(Duration::ZERO), 0);
    assert_eq!(bucket_of(Duration::MAX), BUCKETS - 1);
}

#[test]
fn the_percentile_is_the_one_of_the_recent_calls() {
    for seed in 0..100 {
        let mut random = fastrand::Rng::with_seed(seed);
        let latency = leaked(Latency::new());
        let percent = random.u32(1..=99);
        let scale = random.u32(0..17);
        // As many as one generation: nothing is forgotten yet. A multiple of eight: it is looked up.
        let calls = random.usize(13..=64) * 8;
        let mut all = Vec::new();
        for _ in 0..calls {
            let took = Duration::from_nanos(random.u64(1000..1_000_000) << scale);
            all.push(took);
            latency.note(took, percent);
        }
        all.sort();
        let rank = (calls * percent as usize).div_ceil(100);
        let exact = all[rank - 1];
        let known = latency.known().unwrap();
        assert!(known >= exact && known <= exact + exact / 16 + Duration::from_micros(1));
    }
}

#[test]
fn nothing_is_said_before_enough_calls_were_seen() {
    for (percent, calls) in [(50, 20), (90, 20), (95, 20), (96, 25), (99, 100)] {
        let latency = leaked(Latency::new());
        for _ in 1..calls {
            latency.note(Duration::from_millis(1), percent);
            assert_eq!(latency.known(), None, "p{percent}");
        }
        latency.note(Duration::from_millis(1), percent);
        assert!(latency.known().is_some(), "p{percent}");
    }
}

#[test]
fn what_lies_more_than_1024_calls_back_is_forgotten() {
    let latency = leaked(Latency::new());
    for _ in 0..5000 {
        latency.note(Duration::from_secs(1), 50);
    }
    for _ in 0..1032 {
        latency.note(Duration::from_millis(1), 1);
    }
    let known = latency.known().unwrap();
    assert!(known < Duration::from_millis(2), "{known:?}");
    for _ in 0..1032 {
        latency.note(Duration::from_millis(2), 99);
    }
    assert!(latency.known().unwrap() < Duration::from_millis(3));
}

#[test]
fn threads_note_side_by_side() {
    static LATENCY: Latency = Latency::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    LATENCY.note(Duration::from_millis(5), 95);
                    let known = LATENCY.known();
                    assert!(known.is_none_or(|it| it <= Duration::from_micros(5400)));
                }
            });
        }
    });
    assert!(LATENCY.known().is_some());
}
