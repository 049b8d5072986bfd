use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use proptest::prelude::*;

use super::gcra::{Cell, Pace, Turn};

const SECOND: u64 = 1_000_000_000;

fn cell() -> Cell {
    Cell {
        full: AtomicU64::new(0),
    }
}

fn is_admitted(turn: Turn) -> bool {
    matches!(turn, Turn::Taken { wait: 0, .. })
}

/// A rate and a burst as users write them, and the arrivals: how long after the one before, and how
/// long it may wait.
fn cases() -> impl Strategy<Value = (u32, u64, u32, Vec<(u64, u64)>)> {
    let period = prop_oneof![1..1_000_000_u64, Just(SECOND), Just(60 * SECOND)];
    let arrivals = |longest: u64| {
        let waits = prop_oneof![3 => Just(0), 2 => 0..=longest * 3];
        proptest::collection::vec((0..=longest, waits), 1..200)
    };
    (1..500_u32, period, 1..50_u32).prop_flat_map(move |(count, period, burst)| {
        let longest = 2 * period / u64::from(count) + 1;
        (Just(count), Just(period), Just(burst), arrivals(longest))
    })
}

proptest! {
    #[test]
    fn no_stretch_of_time_holds_more_than_the_burst_and_the_rate(
        (count, period, burst, arrivals) in cases()
    ) {
        let (cell, pace) = (cell(), Pace::new(count, period, burst));
        let mut now = SECOND;
        let mut turns: Vec<u64> = Vec::new();
        for (later, patience) in arrivals {
            now += later;
            if let Turn::Taken { wait, .. } = cell.take(pace, now, patience) {
                prop_assert!(wait <= patience);
                turns.push(now + wait);
            }
        }
        prop_assert!(turns.is_sorted(), "first come, first served");
        for (from, first) in turns.iter().enumerate() {
            for (to, last) in turns.iter().enumerate().skip(from) {
                let more = (to - from + 1).saturating_sub(burst as usize);
                // In exact fractions: more ÷ count ≤ time ÷ period.
                let (more, time) = (more as u128, u128::from(last - first));
                prop_assert!(more * u128::from(period) <= time * u128::from(count));
            }
        }
    }

    #[test]
    fn who_is_refused_takes_nothing_and_is_told_the_truth((count, period, burst, arrivals) in cases()) {
        let (cell, pace) = (cell(), Pace::new(count, period, burst));
        let mut now = SECOND;
        for (later, patience) in arrivals {
            now += later;
            let before = cell.full.load(Relaxed);
            if let Turn::Refused { wait } = cell.take(pace, now, patience) {
                prop_assert_eq!(cell.full.load(Relaxed), before);
                prop_assert!(wait > patience);
                let early = cell.take(pace, now + wait - 1, 0);
                prop_assert_eq!(early, Turn::Refused { wait: 1 });
                let in_time = cell.take(pace, now + wait, 0);
                prop_assert!(is_admitted(in_time));
                cell.full.store(before, Relaxed);
            }
        }
    }

    #[test]
    fn a_turn_that_is_given_back_leaves_no_trace((count, period, burst, arrivals) in cases()) {
        let (cell, pace) = (cell(), Pace::new(count, period, burst));
        let mut now = SECOND;
        for (later, patience) in arrivals {
            now += later;
            let before = cell.full.load(Relaxed);
            let Turn::Taken { wait, reservation } = cell.take(pace, now, patience) else {
                continue;
            };
            if wait > 0 {
                prop_assert!(cell.give_back(reservation));
                prop_assert_eq!(cell.full.load(Relaxed), before);
                prop_assert!(!cell.give_back(reservation), "once");
            }
        }
    }

    #[test]
    fn tm_05_a_clock_that_steps_back_admits_no_more(
        (count, burst) in (1..100_u32, 1..20_u32),
        steps in proptest::collection::vec(
            prop_oneof![0..SECOND, Just(1), Just(8 * 3_600 * SECOND)], 1..300
        ),
    ) {
        let (cell, pace) = (cell(), Pace::new(count, SECOND, burst));
        let (first, mut highest, mut admitted) = (100_000 * SECOND, 100_000 * SECOND, 0_u64);
        let mut now = first;
        for (n, step) in steps.into_iter().enumerate() {
            if is_admitted(cell.take(pace, now, 0)) {
                admitted += 1;
            }
            now = if n % 2 == 0 { now + step / 100 } else { now.saturating_sub(step) };
            highest = highest.max(now);
        }
        let more = admitted.saturating_sub(u64::from(burst));
        prop_assert!(u128::from(more * SECOND) <= u128::from((highest - first) * u64::from(count)));
        let sane = highest + SECOND.div_ceil(u64::from(count));
        prop_assert!(is_admitted(cell.take(pace, sane, 0)), "not stuck");
    }

    #[test]
    fn tm_01_no_input_overflows_or_passes_the_burst(
        count: u32, period: u64, burst: u32, now in 1..=1_u64 << 61, patience: u64
    ) {
        let (cell, pace) = (cell(), Pace::new(count, period, burst));
        let mut admitted = 0_u64;
        for _ in 0..100 {
            match cell.take(pace, now, 0) {
                Turn::Taken { wait, .. } => {
                    prop_assert_eq!(wait, 0);
                    admitted += 1;
                }
                Turn::Refused { wait } => prop_assert!(wait > 0),
            }
        }
        if period > 0 {
            prop_assert!(admitted <= u64::from(burst));
        }
        let left = cell.available(pace, now);
        prop_assert!(u64::from(left) + admitted <= u64::from(burst));
        if let Turn::Taken { reservation, .. } = cell.take(pace, now, patience) {
            cell.give_back(reservation);
        }
    }
}

#[test]
fn threads_together_are_admitted_no_more() {
    let (cell, clock, admitted) = (cell(), AtomicU64::new(SECOND), AtomicU64::new(0));
    let pace = Pace::new(1_000, SECOND, 10);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20_000 {
                    let now = clock.fetch_add(10_000, Relaxed);
                    if is_admitted(cell.take(pace, now, 0)) {
                        admitted.fetch_add(1, Relaxed);
                    }
                }
            });
        }
    });
    // 80 000 arrivals, 10 µs apart: 800 ms.
    let admitted = admitted.into_inner();
    assert!((790..=810).contains(&admitted), "{admitted}");
}
