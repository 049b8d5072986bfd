//! Schedules and jitter, at their edges and against plain sums.

use proptest::prelude::*;

use super::*;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn fibonacci_is_1_1_2_3_5_times_the_base() {
    let schedule = Schedule::fibonacci(ms(10));
    let delays: Vec<_> = (1..=6).map(|n| schedule.delay(n).as_millis()).collect();
    assert_eq!(delays, [10, 10, 20, 30, 50, 80]);
}

#[test]
fn linear_grows_by_its_step_up_to_its_cap() {
    let schedule = Schedule::linear(ms(400)).cap(ms(1000));
    let delays: Vec<_> = (1..=4).map(|n| schedule.delay(n).as_millis()).collect();
    assert_eq!(delays, [400, 800, 1000, 1000]);
}

#[test]
fn fractional_factors_grow_too() {
    let schedule = Schedule::exponential(ms(100)).factor(1.5);
    let delays: Vec<_> = (1..=4).map(|n| schedule.delay(n).as_millis()).collect();
    assert_eq!(delays, [100, 150, 225, 337]);
}

#[test]
fn tm_01_no_input_overflows_or_passes_the_cap() {
    let bases = [
        Duration::ZERO,
        Duration::from_nanos(1),
        ms(100),
        Duration::MAX,
    ];
    let factors = [1.0, 1.0001, 2.0, 1e9, f64::from(u32::MAX), f64::MAX];
    for base in bases {
        for cap in [ms(1), Duration::from_secs(10), Duration::MAX] {
            let mut all = vec![
                Schedule::constant(base).cap(cap),
                Schedule::linear(base).cap(cap),
                Schedule::fibonacci(base).cap(cap),
            ];
            all.extend(factors.map(|f| Schedule::exponential(base).factor(f).cap(cap)));
            for schedule in all {
                let mut before = Duration::ZERO;
                for retry in [1, 2, 3, 31, 32, 33, 63, 64, 65, 1024, 1025, u32::MAX] {
                    let delay = schedule.delay(retry);
                    assert!(delay <= cap && delay >= before, "{schedule:?} at {retry}");
                    assert_eq!(delay.is_zero(), base.is_zero(), "{schedule:?} at {retry}");
                    before = delay;
                }
            }
        }
    }
}

#[test]
fn tm_02_jitter_stays_in_its_range() {
    let schedule = Schedule::exponential(ms(100)).cap(ms(300));
    for random in [0, 1, u64::MAX / 2, u64::MAX] {
        for retry in [1, 2, 3, 9] {
            let delay = schedule.delay(retry);
            let full = Jitter::Full.apply(&schedule, retry, None, random);
            assert!(full <= delay);
            let equal = Jitter::Equal.apply(&schedule, retry, None, random);
            assert!(equal >= delay / 2 && equal <= delay);
            let wide = Jitter::Decorrelated.apply(&schedule, retry, Some(ms(90)), random);
            assert!(wide >= ms(100) && wide <= ms(300));
        }
    }
    assert_eq!(Jitter::Full.apply(&schedule, 1, None, u64::MAX), ms(100));
    assert_eq!(Jitter::Full.apply(&schedule, 1, None, 0), Duration::ZERO);
    let forever = Schedule::constant(Duration::MAX);
    assert!(Jitter::Full.apply(&forever, 1, None, u64::MAX) <= Duration::MAX);
}

/// Any duration, mostly one that somebody could have written.
fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        1 => Just(Duration::ZERO),
        4 => (1_u64..10_000).prop_map(Duration::from_nanos),
        8 => (1_u64..100_000).prop_map(Duration::from_millis),
        1 => any::<u64>().prop_map(Duration::from_secs),
        1 => Just(Duration::MAX),
    ]
}

fn factors() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (1_u32..10).prop_map(f64::from),
        4 => 1.0..10.0,
        1 => 1.0..f64::MAX,
    ]
}

fn schedules() -> impl Strategy<Value = Schedule> {
    (0..5, durations(), factors(), durations()).prop_map(|(shape, base, factor, cap)| match shape {
        0 => Schedule::none(),
        1 => Schedule::constant(base).cap(cap),
        2 => Schedule::linear(base).cap(cap),
        3 => Schedule::exponential(base).factor(factor).cap(cap),
        _ => Schedule::fibonacci(base).cap(cap),
    })
}

/// As many short ones as long ones, up to some days.
fn nanoseconds() -> impl Strategy<Value = u64> {
    (any::<u64>(), 14_u32..64).prop_map(|(nanos, shorter)| nanos >> shorter)
}

fn retries() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 1_u32..100, 1 => 1..=u32::MAX]
}

proptest! {
    #[test]
    fn no_delay_is_above_the_cap_or_below_one_before(
        schedule in schedules(),
        retry in retries(),
        later in retries(),
    ) {
        let (delay, after) = (schedule.delay(retry), schedule.delay(retry.saturating_add(later)));
        prop_assert!(delay <= schedule.cap);
        prop_assert!(delay <= after, "{delay:?} > {after:?}");
    }

    #[test]
    fn delays_are_those_of_plain_sums(
        (base, cap) in (nanoseconds(), nanoseconds()),
        factor in 1_u32..10,
        retry in 1_u32..200,
    ) {
        let (base, cap) = (Duration::from_nanos(base), Duration::from_nanos(cap));
        let plain = |times: u128| base.as_nanos().saturating_mul(times).min(cap.as_nanos());
        let (mut fibonacci, mut next) = (1_u128, 1_u128);
        for _ in 1..retry {
            (fibonacci, next) = (next, fibonacci.saturating_add(next));
        }
        let power = u128::from(factor).saturating_pow(retry - 1);
        let exponential = Schedule::exponential(base).factor(f64::from(factor));
        for (schedule, times) in [
            (Schedule::constant(base), 1),
            (Schedule::linear(base), retry.into()),
            (exponential, power),
            (Schedule::fibonacci(base), fibonacci),
        ] {
            let (delay, plain) = (schedule.cap(cap).delay(retry).as_nanos(), plain(times));
            // Past 2³² times the base it is computed in floating point.
            prop_assert!(delay.abs_diff(plain) <= plain >> 40, "{schedule:?}: {delay}, {plain}");
        }
    }

    #[test]
    fn jitter_stays_between_the_shortest_and_the_longest_delay(
        schedule in schedules(),
        randoms in proptest::collection::vec(any::<u64>(), 1..20),
    ) {
        for jitter in [Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::None] {
            let mut previous = None;
            for (retry, random) in (1..).zip(&randoms) {
                let delay = jitter.apply(&schedule, retry, previous, *random);
                prop_assert!(delay <= schedule.cap);
                prop_assert!(delay >= jitter.shortest(&schedule, retry), "{jitter:?}: {delay:?}");
                prop_assert!(delay <= jitter.longest(&schedule, retry), "{jitter:?}: {delay:?}");
                previous = Some(delay);
            }
        }
    }

    #[test]
    fn more_random_is_no_shorter_and_the_ends_are_reached(
        delay in (0_u64..1 << 50).prop_map(Duration::from_nanos),
        low in any::<u64>(),
        high in any::<u64>(),
    ) {
        let (low, high) = (low.min(high), low.max(high));
        let longest = delay.saturating_mul(3);
        for (jitter, least, most) in [
            (Jitter::Full, Duration::ZERO, delay),
            (Jitter::Equal, delay / 2, delay),
            (Jitter::Decorrelated, delay, longest),
            (Jitter::None, delay, delay),
        ] {
            prop_assert!(jitter.spread(delay, low) <= jitter.spread(delay, high));
            prop_assert_eq!(jitter.spread(delay, 0), least);
            prop_assert_eq!(jitter.spread(delay, u64::MAX), most);
        }
    }
}
