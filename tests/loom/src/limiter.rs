//! The cell of a rate limit.

use loom::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use crate::{
    gcra::{Cell, Pace, Turn},
    model,
};

/// Two at once, and one more each 100 ns.
const PACE: Pace = Pace::new(1, 100, 2);

fn is_admitted(turn: Turn) -> bool {
    matches!(turn, Turn::Taken { wait: 0, .. })
}

#[test]
fn lm_05_no_more_are_admitted_than_the_burst_and_the_refill() {
    model(|| {
        let (cell, clock) = (Arc::new(Cell::default()), Arc::new(AtomicU64::new(1_000)));
        assert!(is_admitted(cell.take(PACE, 1_000, 0)));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (cell, clock) = (Arc::clone(&cell), Arc::clone(&clock));
                thread::spawn(move || is_admitted(cell.take(PACE, clock.load(Relaxed), 0)))
            })
            .collect();
        clock.store(1_100, Relaxed);
        let here = is_admitted(cell.take(PACE, 1_100, 0));
        let there = calls.into_iter().map(|call| call.join().unwrap());
        let admitted = there.chain([true, here]).filter(|it| *it).count();
        // Who looked at the clock before the others may come too early.
        assert!((2..=3).contains(&admitted), "{admitted}");
        // Nothing is lost for ever.
        assert!(is_admitted(cell.take(PACE, 2_000, 0)));
        assert!(is_admitted(cell.take(PACE, 2_000, 0)));
        assert!(!is_admitted(cell.take(PACE, 2_000, 0)));
    });
}

#[test]
fn a_turn_that_is_given_back_is_taken_once_at_the_most() {
    model(|| {
        let cell = Arc::new(Cell::default());
        for _ in 0..2 {
            assert!(is_admitted(cell.take(PACE, 1_000, 0)));
        }
        let Turn::Taken { wait, reservation } = cell.take(PACE, 1_000, 1_000) else {
            unreachable!("there is time")
        };
        assert_eq!(wait, 100);
        let other = Arc::clone(&cell);
        let other = thread::spawn(move || match other.take(PACE, 1_000, 1_000) {
            Turn::Taken { wait, .. } => wait,
            Turn::Refused { .. } => unreachable!("there is time"),
        });
        let back = cell.give_back(reservation);
        let wait = other.join().unwrap();
        // In its place, or behind it.
        assert_eq!(wait, if back { 100 } else { 200 });
    });
}
