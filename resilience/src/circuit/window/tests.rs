//! Both windows at their edges.

use std::time::Duration;

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
