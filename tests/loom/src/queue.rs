//! The slots of a bulkhead, and the queue of those that wait for one.

use std::{
    sync::Arc as StdArc,
    task::{Wake, Waker},
};

use loom::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread,
};

use crate::{
    model,
    slots::{Slots, Ticket},
};

/// Remembers that somebody was woken.
#[derive(Default)]
struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: StdArc<Self>) {
        self.0.store(true, SeqCst);
    }
}

fn bell() -> (StdArc<Bell>, Waker) {
    let bell = StdArc::new(Bell::default());
    let waker = Waker::from(StdArc::clone(&bell));
    (bell, waker)
}

fn is_idle(slots: &Slots) -> bool {
    slots.running() == 0 && slots.waiting() == 0 && {
        // The way without the lock is open again.
        let free = slots.enter(1).is_some();
        slots.leave();
        free && slots.running() == 0
    }
}

/// Waits in line, and says whether the slot was there or the bell had rung when nobody held one any
/// more.
fn stand_in_line(slots: &Slots) -> Option<(Ticket, StdArc<Bell>)> {
    let (bell, waker) = bell();
    match slots.queue(1, waker) {
        Ok(_) => None,
        Err(ticket) => Some((ticket, bell)),
    }
}

#[test]
fn no_more_are_inside_than_may_be() {
    model(|| {
        let (slots, inside) = (Arc::new(Slots::default()), Arc::new(AtomicU64::new(0)));
        let call = |slots: &Slots, inside: &AtomicU64| {
            if slots.enter(1).is_some() {
                assert_eq!(inside.fetch_add(1, SeqCst), 0);
                inside.fetch_sub(1, SeqCst);
                slots.leave();
            }
        };
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (slots, inside) = (Arc::clone(&slots), Arc::clone(&inside));
                thread::spawn(move || call(&slots, &inside))
            })
            .collect();
        call(&slots, &inside);
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(is_idle(&slots));
    });
}

#[test]
fn a_slot_that_comes_back_wakes_who_waits() {
    model(|| {
        let slots = Arc::new(Slots::default());
        assert!(slots.enter(1).is_some());
        let other = Arc::clone(&slots);
        let leaves = thread::spawn(move || other.leave());
        let line = stand_in_line(&slots);
        leaves.join().unwrap();
        if let Some((ticket, bell)) = line {
            assert!(bell.0.load(SeqCst), "nobody told it");
            assert!(slots.has_come(ticket, Waker::noop().clone()));
        }
        slots.leave();
        assert!(is_idle(&slots));
    });
}

#[test]
fn lm_07_a_release_that_races_a_cancelled_waiter_loses_no_slot_and_makes_none() {
    model(|| {
        let slots = Arc::new(Slots::default());
        assert!(slots.enter(1).is_some());
        let (first, _) = stand_in_line(&slots).unwrap();
        let (second, bell) = stand_in_line(&slots).unwrap();
        let other = Arc::clone(&slots);
        let leaves = thread::spawn(move || other.leave());
        let other = Arc::clone(&slots);
        let gives_up = thread::spawn(move || {
            if !other.give_up(first) {
                // The slot had come already.
                other.leave();
            }
        });
        leaves.join().unwrap();
        gives_up.join().unwrap();
        assert!(bell.0.load(SeqCst), "nobody told the second");
        assert!(slots.has_come(second, Waker::noop().clone()));
        assert_eq!((slots.running(), slots.waiting()), (1, 0));
        slots.leave();
        assert!(is_idle(&slots));
    });
}

#[test]
fn nobody_overtakes_who_waits() {
    model(|| {
        let slots = Arc::new(Slots::default());
        assert!(slots.enter(1).is_some());
        let (ticket, _) = stand_in_line(&slots).unwrap();
        let other = Arc::clone(&slots);
        let passes = thread::spawn(move || other.enter(1).is_some());
        slots.leave();
        assert!(!passes.join().unwrap(), "it overtook");
        assert!(slots.has_come(ticket, Waker::noop().clone()));
        slots.leave();
        assert!(is_idle(&slots));
    });
}

#[test]
fn two_that_come_late_and_one_that_leaves() {
    model(|| {
        let slots = Arc::new(Slots::default());
        assert!(slots.enter(1).is_some());
        let other = Arc::clone(&slots);
        let leaves = thread::spawn(move || other.leave());
        let other = Arc::clone(&slots);
        let waits = thread::spawn(move || stand_in_line(&other).map(|(ticket, _)| ticket));
        let mine = stand_in_line(&slots).map(|(ticket, _)| ticket);
        leaves.join().unwrap();
        let theirs = waits.join().unwrap();
        let has = |ticket: Option<Ticket>| {
            ticket.is_none_or(|ticket| slots.has_come(ticket, Waker::noop().clone()))
        };
        assert!(has(mine) != has(theirs), "one of the two has it");
        slots.leave();
        assert!(has(mine) && has(theirs));
        slots.leave();
        assert!(is_idle(&slots));
    });
}
