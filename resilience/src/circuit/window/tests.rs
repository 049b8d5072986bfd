//! Both windows at their edges.

use std::{collections::VecDeque, time::Duration};

use proptest::prelude::*;

use super::*;

const SECOND: u64 = 1_000_000_000;
const BAD: Sample = Sample::FAILURE;

fn timed(seconds: u64, now: u64) -> Sliding {
    let mut window = Sliding::Unused;
    window.fit(Window::Time(Duration::from_secs(seconds)), now);
    window
}

#[test]
fn a_count_window_slides_call_by_call() {
    let mut window = Sliding::Unused;
    window.fit(Window::Calls(4), 0);
    for sample in [BAD, BAD, Sample::SUCCESS, BAD, Sample::SUCCESS] {
        window.push(sample);
    }
    assert_eq!(
        window.tally(),
        Tally {
            calls: 4,
            failures: 2,
            slow: 0
        }
    );
    window.absorb(3);
    assert_eq!(
        window.tally(),
        Tally {
            calls: 4,
            failures: 0,
            slow: 0
        }
    );
}

#[test]
fn a_shorter_window_keeps_the_newest_calls_and_a_longer_one_all() {
    let mut window = Sliding::Unused;
    window.fit(Window::Calls(10), 0);
    window.push(BAD);
    window.absorb(4);
    window.push(BAD);
    window.fit(Window::Calls(2), 0);
    assert_eq!(
        window.tally(),
        Tally {
            calls: 2,
            failures: 1,
            slow: 0
        }
    );
    window.fit(Window::Calls(10), 0);
    window.push(BAD);
    assert_eq!(
        window.tally(),
        Tally {
            calls: 3,
            failures: 2,
            slow: 0
        }
    );
}

#[test]
fn a_bucket_expires_at_exactly_the_length_of_the_window() {
    let at = |now: u64| {
        let mut window = timed(10, 5 * SECOND);
        window.push(BAD);
        window.fit(Window::Time(Duration::from_secs(10)), 5 * SECOND + now);
        window.tally().calls
    };
    assert_eq!(at(10 * SECOND - 1), 1);
    assert_eq!(at(10 * SECOND), 0);
    assert_eq!(at(1_000_000 * SECOND), 0);
}

#[test]
fn an_outcome_counts_for_nine_tenths_of_the_window_wherever_it_falls() {
    for offset in 0..100 {
        let mut window = timed(10, 0);
        window.push(Sample::SUCCESS);
        let fell = offset * SECOND / 10;
        window.fit(Window::Time(Duration::from_secs(10)), fell);
        window.push(BAD);
        window.advance(fell + 9 * SECOND);
        assert_eq!(window.tally().failures, 1, "offset {offset}");
        window.advance(fell + 10 * SECOND);
        assert_eq!(window.tally().failures, 0, "offset {offset}");
    }
}

#[test]
fn a_thousand_windows_with_one_failure_each_never_hold_two() {
    let mut window = timed(10, 0);
    for round in 0..1_000 {
        window.advance(round * 11 * SECOND);
        window.push(BAD);
        assert_eq!(window.tally().failures, 1);
    }
}

#[test]
fn a_rescaled_window_keeps_what_lies_in_both() {
    for (seconds, kept) in [(5, 1), (9, 1), (20, 2), (100, 2)] {
        let mut window = timed(10, 0);
        window.push(BAD);
        window.advance(9 * SECOND);
        window.push(BAD);
        window.fit(Window::Time(Duration::from_secs(seconds)), 9 * SECOND);
        assert_eq!(window.tally().failures, kept, "{seconds} s");
    }
}

#[test]
fn a_clock_that_is_behind_changes_nothing() {
    let mut window = timed(10, 50 * SECOND);
    window.push(BAD);
    window.advance(20 * SECOND);
    assert_eq!(window.tally().failures, 1);
}

fn samples() -> impl Strategy<Value = Sample> {
    (any::<bool>(), any::<bool>()).prop_map(|(failed, slow)| Sample { failed, slow })
}

/// One outcome, or some successes at once.
fn outcomes() -> impl Strategy<Value = (Sample, u32)> {
    prop_oneof![
        samples().prop_map(|sample| (sample, 1)),
        (0_u32..20).prop_map(|successes| (Sample::SUCCESS, successes)),
    ]
}

fn add(window: &mut Sliding, (sample, times): (Sample, u32)) {
    match (sample, times) {
        (sample, 1) => window.push(sample),
        (_, times) => window.absorb(times),
    }
}

fn sum<'s>(samples: impl Iterator<Item = &'s Sample>) -> Tally {
    let mut tally = Tally::EMPTY;
    samples.for_each(|sample| tally.add((*sample).into()));
    tally
}

proptest! {
    #[test]
    fn a_count_window_holds_what_a_list_of_the_last_calls_holds(
        steps in proptest::collection::vec((0_u32..16, any::<bool>(), outcomes()), 1..200),
    ) {
        let (mut window, mut list, mut size) = (Sliding::Unused, VecDeque::new(), 8);
        for (other, resize, outcome) in steps {
            if resize {
                size = other;
            }
            window.fit(Window::Calls(size), 0);
            add(&mut window, outcome);
            // A window of no calls is one of one call.
            let size = usize::try_from(size.max(1)).unwrap();
            list.drain(..list.len().saturating_sub(size));
            list.extend(std::iter::repeat_n(outcome.0, outcome.1.try_into().unwrap()));
            list.drain(..list.len().saturating_sub(size));
            prop_assert_eq!(window.tally(), sum(list.iter()));
        }
    }

    #[test]
    fn an_outcome_is_in_a_time_window_for_nine_to_ten_tenths_of_it(
        length in prop_oneof![1_u64..100, 1_u64..100 * SECOND],
        start in 0_u64..1 << 60,
        steps in proptest::collection::vec((0_u64..3_000, outcomes()), 1..200),
    ) {
        let (mut window, mut list, mut now) = (Sliding::Unused, Vec::new(), start);
        let bucket = (length / 10).max(1);
        for (thousandths, outcome) in steps {
            // Mostly a part of a bucket, now and then more than the window.
            now += if thousandths < 2_900 { bucket * thousandths / 1_000 } else { bucket * 11 };
            window.fit(Window::Time(Duration::from_nanos(length)), now);
            add(&mut window, outcome);
            list.extend(std::iter::repeat_n((now, outcome.0), outcome.1.try_into().unwrap()));
            let within = |age: u64| {
                let young = list.iter().filter(move |(fell, _)| now - fell < age);
                sum(young.map(|(_, sample)| sample))
            };
            let (least, most, tally) = (within(9 * bucket), within(10 * bucket), window.tally());
            prop_assert!((least.calls..=most.calls).contains(&tally.calls));
            prop_assert!((least.failures..=most.failures).contains(&tally.failures));
            prop_assert!((least.slow..=most.slow).contains(&tally.slow));
        }
    }

    #[test]
    fn a_time_window_holds_what_a_list_by_buckets_holds(
        length in 1_u64..1_000,
        steps in proptest::collection::vec((0_u64..150, outcomes()), 1..200),
    ) {
        let (mut window, mut list, mut now) = (Sliding::Unused, Vec::new(), 0);
        let (bucket, mut origin) = ((length / 10).max(1), 0);
        for (pause, outcome) in steps {
            now += pause;
            window.fit(Window::Time(Duration::from_nanos(length)), now);
            add(&mut window, outcome);
            list.retain(|&(fell, _): &(u64, Sample)| fell + 10 > (now - origin) / bucket);
            if list.is_empty() {
                origin = now;
            }
            let number = (now - origin) / bucket;
            list.extend(std::iter::repeat_n((number, outcome.0), outcome.1.try_into().unwrap()));
            prop_assert_eq!(window.tally(), sum(list.iter().map(|(_, sample)| sample)));
        }
    }
}
