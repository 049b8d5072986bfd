//! Sequences of events, in plain numbers.

use super::*;

const SECOND: u64 = 1_000_000_000;
const GOOD: Sample = Sample::SUCCESS;
const BAD: Sample = Sample::FAILURE;
const SLOW: Sample = Sample {
    failed: false,
    slow: true,
};

fn consecutive(failures: u32) -> Policy {
    Policy::new()
        .failures(failures)
        .cooldown(Duration::from_secs(5))
        .probes(1)
}

/// Runs one call to its end; false if it was rejected.
fn call(machine: &mut Machine, policy: &Policy, sample: Sample, now: u64) -> bool {
    let Ok(ticket) = machine.admit(policy, now).0 else {
        return false;
    };
    machine.record(policy, ticket, sample, now);
    true
}

fn ticket(machine: &mut Machine, policy: &Policy, now: u64) -> Ticket {
    machine.admit(policy, now).0.expect("it is admitted")
}

/// Open since 0.
fn open(policy: &Policy) -> Machine {
    let mut machine = Machine::new();
    while machine.state() == State::Closed {
        call(&mut machine, policy, BAD, 0);
    }
    machine
}

/// `F` failed, `S` succeeded, `s` slow success; the states after each as `.` closed, `O` open.
fn run(policy: &Policy, samples: &str) -> String {
    let mut machine = Machine::new();
    let state = |sample| {
        let sample = match sample {
            'F' => BAD,
            's' => SLOW,
            _ => GOOD,
        };
        call(&mut machine, policy, sample, SECOND);
        if machine.state() == State::Closed {
            '.'
        } else {
            'O'
        }
    };
    samples.chars().map(state).collect()
}

#[test]
fn so_many_failures_in_a_row_open_it_and_a_success_begins_again() {
    assert_eq!(run(&consecutive(3), "FFSFFF"), ".....O");
    assert_eq!(run(&consecutive(2), "SFSFSFSF"), "........");
    assert_eq!(run(&consecutive(1), "F"), "O");
}

#[test]
fn a_rate_is_met_at_its_threshold() {
    let policy = Policy::new().rate(50).window(8).min_calls(8);
    assert_eq!(run(&policy, "SSSSFFFF"), ".......O");
    assert_eq!(run(&policy, "SSSSSFFF"), "........");
    let policy = Policy::new().rate(75).window(4).min_calls(4);
    assert_eq!(run(&policy, "FFSF"), "...O");
}

#[test]
fn a_success_can_complete_the_window_that_trips_it() {
    let policy = Policy::new().rate(50).window(100).min_calls(3);
    assert_eq!(run(&policy, "FFS"), "..O");
    assert_eq!(run(&policy, "FSS"), "...");
}

#[test]
fn count_windows_slide() {
    let policy = Policy::new().rate(75).window(4).min_calls(4);
    assert_eq!(run(&policy, "SFSFSFSFSFSFF"), "............O");
}

#[test]
fn slow_calls_feed_their_own_rate_or_are_failures_in_a_row() {
    let slow = Duration::from_secs(4);
    let rate = Policy::new()
        .rate(50)
        .window(100)
        .min_calls(5)
        .slow(slow)
        .slow_rate(60);
    assert_eq!(run(&rate, "sssSS"), "....O");
    assert_eq!(run(&rate, "ssSSS"), ".....");
    assert_eq!(run(&consecutive(2).slow(slow), "sSss"), "...O");
}

#[test]
fn it_opens_for_the_cooldown_and_probes_at_exactly_its_end() {
    let policy = consecutive(1);
    let mut machine = open(&policy);
    let rest = |machine: &mut Machine, now| machine.admit(&policy, now).0.expect_err("open");
    assert_eq!(rest(&mut machine, 0), Some(Duration::from_secs(5)));
    assert_eq!(
        rest(&mut machine, 5 * SECOND - 1),
        Some(Duration::from_nanos(1))
    );
    let (probe, change) = machine.admit(&policy, 5 * SECOND);
    assert!(probe.is_ok());
    assert_eq!(change, Some(Change::HalfOpened));
    assert_eq!(machine.state(), State::HalfOpen);
}

#[test]
fn at_most_so_many_probes_run_at_once() {
    let policy = consecutive(1).probes(4);
    let mut machine = open(&policy);
    let at = 5 * SECOND;
    let tickets: Vec<_> = (0..4).map(|_| ticket(&mut machine, &policy, at)).collect();
    assert_eq!(machine.admit(&policy, at).0, Err(None));
    machine.give_back(tickets[0]);
    assert!(machine.admit(&policy, at).0.is_ok());
    assert_eq!(machine.admit(&policy, at).0, Err(None));
}

#[test]
fn as_many_successes_as_probes_close_it_with_an_empty_window() {
    let policy = Policy::new().rate(50).window(4).min_calls(2).probes(2);
    let mut machine = open(&policy);
    let at = 30 * SECOND;
    assert!(call(&mut machine, &policy, GOOD, at));
    assert_eq!(machine.state(), State::HalfOpen);
    assert!(call(&mut machine, &policy, GOOD, at));
    assert_eq!(machine.state(), State::Closed);
    assert_eq!(machine.counters(at).window_calls, 0);
    call(&mut machine, &policy, BAD, at);
    assert_eq!(machine.state(), State::Closed);
}

#[test]
fn the_first_failed_or_slow_probe_reopens_it() {
    for sample in [BAD, SLOW] {
        let policy = consecutive(1).probes(3).slow(Duration::from_secs(1));
        let mut machine = open(&policy);
        call(&mut machine, &policy, GOOD, 5 * SECOND);
        call(&mut machine, &policy, GOOD, 5 * SECOND);
        call(&mut machine, &policy, sample, 5 * SECOND);
        assert_eq!(machine.state(), State::Open);
    }
}

#[test]
fn every_reopening_multiplies_the_cooldown_until_it_closes() {
    let policy = consecutive(1).cooldown_factor(2);
    let mut machine = open(&policy);
    call(&mut machine, &policy, BAD, 5 * SECOND);
    assert!(!call(&mut machine, &policy, BAD, 15 * SECOND - 1));
    assert!(call(&mut machine, &policy, BAD, 15 * SECOND));
    assert!(!call(&mut machine, &policy, GOOD, 35 * SECOND - 1));
    assert!(call(&mut machine, &policy, GOOD, 35 * SECOND));
    call(&mut machine, &policy, BAD, 40 * SECOND);
    assert!(call(&mut machine, &policy, GOOD, 45 * SECOND));
}

#[test]
fn a_cooldown_beyond_the_clock_is_clamped() {
    let policy = consecutive(1)
        .cooldown(Duration::MAX)
        .cooldown_factor(u32::MAX);
    let mut machine = open(&policy);
    assert!(!call(&mut machine, &policy, GOOD, u64::MAX - 1));
    assert!(call(&mut machine, &policy, BAD, u64::MAX));
}

#[test]
fn a_probe_that_never_settles_is_replaced_once_when_its_lease_ends() {
    let policy = consecutive(1);
    let mut machine = open(&policy);
    let (begin, end) = (5 * SECOND, 10 * SECOND);
    let hung = ticket(&mut machine, &policy, begin);
    assert!(machine.admit(&policy, end - 1).0.is_err());
    let replacement = ticket(&mut machine, &policy, end);
    assert!(machine.admit(&policy, end).0.is_err(), "exactly one");

    assert_eq!(machine.record(&policy, hung, BAD, end), None, "too late");
    machine.give_back(hung);
    assert_eq!(machine.state(), State::HalfOpen);
    assert!(
        machine.admit(&policy, end).0.is_err(),
        "the place is the replacement's"
    );
    assert_eq!(
        machine.record(&policy, replacement, GOOD, end),
        Some(Change::Closed)
    );
}

#[test]
fn a_lease_lasts_a_second_at_least() {
    let policy = consecutive(1).cooldown(Duration::from_millis(10));
    let mut machine = open(&policy);
    ticket(&mut machine, &policy, SECOND);
    assert!(machine.admit(&policy, 2 * SECOND - 1).0.is_err());
    assert!(machine.admit(&policy, 2 * SECOND).0.is_ok());
}

#[test]
fn a_neutral_probe_gives_its_place_back_and_counts_nothing() {
    let policy = consecutive(1);
    let mut machine = open(&policy);
    for _ in 0..100_000 {
        let probe = ticket(&mut machine, &policy, 5 * SECOND);
        machine.give_back(probe);
        assert_eq!(machine.state(), State::HalfOpen);
    }
    assert!(call(&mut machine, &policy, GOOD, 5 * SECOND));
    assert_eq!(machine.state(), State::Closed);
}

#[test]
fn results_of_an_earlier_state_change_nothing() {
    let policy = consecutive(2);
    let mut machine = Machine::new();
    let early: Vec<_> = (0..6).map(|_| ticket(&mut machine, &policy, 0)).collect();
    machine.record(&policy, early[0], BAD, 0);
    machine.record(&policy, early[1], BAD, 0);
    assert_eq!(machine.state(), State::Open);
    let until = |machine: &mut Machine, now| machine.admit(&policy, now).0;

    assert_eq!(machine.record(&policy, early[2], BAD, SECOND), None);
    assert_eq!(
        until(&mut machine, SECOND),
        Err(Some(Duration::from_secs(4)))
    );

    // A neutral end of an early call must not free the place of the probe.
    let probe = ticket(&mut machine, &policy, 5 * SECOND);
    machine.give_back(early[3]);
    machine.record(&policy, early[3], GOOD, 5 * SECOND);
    assert_eq!(until(&mut machine, 5 * SECOND), Err(None));
    machine.record(&policy, probe, GOOD, 5 * SECOND);

    machine.record(&policy, early[4], BAD, 5 * SECOND);
    machine.record(&policy, early[5], BAD, 5 * SECOND);
    machine.record(&policy, probe, BAD, 5 * SECOND);
    assert_eq!(machine.state(), State::Closed);
}

#[test]
fn forced_states_ignore_the_cooldown_and_results_until_reset() {
    let policy = consecutive(1);
    let mut machine = Machine::new();
    let early = ticket(&mut machine, &policy, 0);
    machine.force(State::ForcedOpen);
    assert_eq!(machine.admit(&policy, u64::MAX).0, Err(None));
    machine.record(&policy, early, GOOD, 0);
    assert_eq!(machine.state(), State::ForcedOpen);

    machine.force(State::ForcedClosed);
    for _ in 0..10 {
        assert!(call(&mut machine, &policy, BAD, 0));
    }
    let forced = ticket(&mut machine, &policy, 0);
    assert_eq!(machine.state(), State::ForcedClosed);

    machine.reset();
    machine.record(&policy, forced, BAD, 0);
    assert_eq!(machine.state(), State::Closed);
}

#[test]
fn a_reset_closes_an_open_circuit_before_its_time() {
    let policy = consecutive(1);
    let mut machine = open(&policy);
    machine.reset();
    assert!(call(&mut machine, &policy, GOOD, 1));
}

#[test]
fn the_time_window_of_other_suites() {
    let policy = Policy::new()
        .rate(50)
        .window_time(Duration::from_secs(10))
        .min_calls(4);
    let ten = 10 * SECOND;
    let state = |events: &[(u64, Sample)]| {
        let mut machine = Machine::new();
        for &(now, sample) in events {
            call(&mut machine, &policy, sample, 7 * SECOND + now);
        }
        machine.state()
    };
    let (open, closed) = (State::Open, State::Closed);
    assert_eq!(state(&[(0, BAD), (0, BAD), (0, BAD), (ten - 1, BAD)]), open);
    assert_eq!(state(&[(0, GOOD), (0, GOOD), (0, BAD), (ten, BAD)]), closed);
    assert_eq!(
        state(&[(0, GOOD), (0, GOOD), (0, BAD), (2 * ten, BAD)]),
        closed
    );
    assert_eq!(
        state(&[(0, GOOD), (0, GOOD), (ten - 1, BAD), (ten, BAD)]),
        closed
    );
    let rolling = [
        (0, GOOD),
        (ten - 1, GOOD),
        (ten - 1, GOOD),
        (ten - 1, BAD),
        (ten, BAD),
    ];
    assert_eq!(state(&rolling), open);
    assert_eq!(
        state(&[(0, GOOD), (ten - 1, BAD), (ten - 1, BAD), (ten, BAD)]),
        closed
    );
}

#[test]
fn a_slow_outage_needs_failures_in_a_row() {
    let every_11_s = |policy: &Policy| {
        let mut machine = Machine::new();
        for round in 0..20 {
            call(&mut machine, policy, BAD, round * 11 * SECOND);
        }
        machine.counters(0).opened > 0
    };
    let window = Duration::from_secs(10);
    assert!(!every_11_s(
        &Policy::new().rate(50).window_time(window).min_calls(2)
    ));
    assert!(every_11_s(&Policy::new().failures(5)));
}

#[test]
fn only_a_circuit_without_live_failures_is_idle() {
    let policy = consecutive(3);
    let mut machine = Machine::new();
    assert!(machine.is_idle(0));
    call(&mut machine, &policy, BAD, SECOND);
    assert!(!machine.is_idle(300 * SECOND));
    assert!(
        machine.is_idle(301 * SECOND),
        "five minutes after the last failure"
    );
    call(&mut machine, &policy, GOOD, 2 * SECOND);
    assert!(machine.is_idle(2 * SECOND));
    assert!(!open(&policy).is_idle(u64::MAX));

    let long = Policy::new().cooldown(Duration::from_secs(60));
    let mut machine = Machine::new();
    call(&mut machine, &long, BAD, 0);
    assert!(!machine.is_idle(600 * SECOND - 1));
    assert!(
        machine.is_idle(600 * SECOND),
        "ten cooldowns after the last failure"
    );
}

#[test]
fn another_policy_per_call_changes_what_is_asked_not_what_was_seen() {
    let wide = Policy::new().rate(50).window(100).min_calls(10);
    let narrow = Policy::new().rate(50).window(4).min_calls(4);
    let mut machine = Machine::new();
    for _ in 0..3 {
        call(&mut machine, &wide, BAD, 0);
    }
    call(&mut machine, &narrow, GOOD, 0);
    assert_eq!(machine.state(), State::Open);
}
