use std::{
    collections::VecDeque,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    task::Waker,
};

use proptest::prelude::*;

use super::slots::{Slots, Ticket};

fn waker() -> Waker {
    Waker::noop().clone()
}

/// What calls may do, one after the other.
#[derive(Debug, Clone)]
enum Step {
    /// A call comes; `true` if it may wait.
    Come { max: u32, waits: bool },
    /// A call that runs ends.
    End,
    /// A call that waits is dropped.
    Drop(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (1..4_u32, any::<bool>()).prop_map(|(max, waits)| Step::Come { max, waits }),
        3 => Just(Step::End),
        1 => any::<usize>().prop_map(Step::Drop),
    ];
    proptest::collection::vec(step, 0..200)
}

/// The same in plain words.
#[derive(Default)]
struct Model {
    running: u32,
    queue: VecDeque<(Ticket, u32)>,
}

impl Model {
    fn grant(&mut self) {
        while let Some((_, max)) = self.queue.front()
            && self.running < *max
        {
            self.queue.pop_front();
            self.running += 1;
        }
    }
}

proptest! {
    #[test]
    fn slots_are_handed_out_as_in_plain_words(steps in steps()) {
        let (slots, mut model) = (Slots::default(), Model::default());
        let mut waiting: Vec<Ticket> = Vec::new();
        for step in steps {
            match step {
                Step::Come { max, waits } => {
                    let free = model.queue.is_empty() && model.running < max;
                    let entered = slots.enter(max).is_some();
                    prop_assert_eq!(entered, free);
                    if entered {
                        model.running += 1;
                    } else if waits {
                        let Err(ticket) = slots.queue(max, waker()) else {
                            return Err(TestCaseError::fail("nobody may overtake"));
                        };
                        model.queue.push_back((ticket, max));
                        waiting.push(ticket);
                    }
                }
                Step::End if model.running > 0 => {
                    slots.leave();
                    model.running -= 1;
                    model.grant();
                }
                Step::Drop(which) if !waiting.is_empty() => {
                    let ticket = waiting.swap_remove(which % waiting.len());
                    let stands = model.queue.iter().position(|(queued, _)| *queued == ticket);
                    prop_assert_eq!(slots.give_up(ticket), stands.is_some());
                    if let Some(place) = stands {
                        model.queue.remove(place);
                        model.grant();
                    } else {
                        // It had a slot.
                        slots.leave();
                        model.running -= 1;
                        model.grant();
                    }
                }
                Step::End | Step::Drop(_) => {}
            }
            waiting.retain(|ticket| {
                let queued = model.queue.iter().any(|(queued, _)| queued == ticket);
                assert_eq!(slots.has_come(*ticket, waker()), !queued);
                queued
            });
            prop_assert_eq!(slots.running(), model.running);
            prop_assert_eq!(slots.waiting() as usize, model.queue.len());
        }
    }
}

#[test]
fn the_count_of_those_admitted_goes_on_when_its_part_of_the_word_is_full() {
    let slots = Slots::default();
    slots.word.store(u64::MAX << 32, Relaxed);
    assert_eq!(slots.admitted(), u64::from(u32::MAX));
    assert!(slots.enter(2).is_some());
    assert!(slots.enter(2).is_some());
    assert!(slots.enter(2).is_none());
    assert_eq!(slots.admitted(), u64::from(u32::MAX) + 2);
    assert_eq!(slots.running(), 2);
    slots.forget_admitted();
    assert_eq!((slots.admitted(), slots.running()), (0, 2));
}

#[test]
fn never_more_than_so_many_threads_are_inside() {
    let (slots, inside, most) = (Slots::default(), AtomicU32::new(0), AtomicU32::new(0));
    let slot = || {
        let now = inside.fetch_add(1, Relaxed) + 1;
        most.fetch_max(now, Relaxed);
        std::thread::yield_now();
        inside.fetch_sub(1, Relaxed);
        slots.leave();
    };
    let (slots, slot) = (&slots, &slot);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for n in 0..5_000 {
                    if slots.enter(2).is_some() {
                        slot();
                        continue;
                    }
                    match slots.queue(2, waker()) {
                        Ok(_) => slot(),
                        Err(ticket) if (n + thread) % 3 == 0 => {
                            if !slots.give_up(ticket) {
                                slot();
                            }
                        }
                        Err(ticket) => {
                            while !slots.has_come(ticket, waker()) {
                                std::thread::yield_now();
                            }
                            slot();
                        }
                    }
                }
            });
        }
    });
    assert_eq!((slots.running(), slots.waiting()), (0, 0));
    assert_eq!(most.into_inner(), 2);
}
