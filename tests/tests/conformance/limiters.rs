//! Section 11: rate limits. Ours knows no windows: a turn comes back each interval, so the answers
//! are what the rows ask for where they ask for that, and shorter where they wait for a window.

use std::{future::Future, time::Duration};

use futures::future::{BoxFuture, join_all};
use resilience::{
    Bulkhead, Circuit, RateLimit, Rejection, State, bulkhead, circuit, rate_limit, rate_limits,
    retry,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    dependency::{Dependency, Error},
    harness::{ms, s},
};

type Outcome = Result<(), Rejection>;

/// The waits answered, in milliseconds: 0 is admitted. At each time so many calls.
async fn answers<F: Future<Output = Outcome>>(
    call: impl Fn() -> F,
    calls: &[(u64, usize)],
) -> String {
    let (start, mut lines) = (Instant::now(), Vec::new());
    for &(at, calls) in calls {
        sleep_until(start + ms(at)).await;
        let mut line = Vec::new();
        for _ in 0..calls {
            let wait = match call().await {
                Ok(()) => Duration::ZERO,
                Err(rejection) => rejection.retry_after().unwrap(),
            };
            line.push(wait.as_millis().to_string());
        }
        lines.push(line.join(" "));
    }
    lines.join("; ")
}

/// How long the last of the calls that come at each time waits, in milliseconds.
async fn last_waits(
    call: fn() -> BoxFuture<'static, Outcome>,
    calls: &[(u64, usize)],
) -> Vec<u128> {
    let start = Instant::now();
    let groups = calls.iter().map(|&(at, calls)| async move {
        sleep_until(start + ms(at)).await;
        let each = join_all((0..calls).map(|_| async move {
            assert_eq!(call().await, Ok(()));
            start.elapsed().as_millis() - u128::from(at)
        }));
        let waits = each.await;
        assert!(waits.is_sorted(), "first come, first served: {waits:?}");
        waits.last().copied().unwrap_or_default()
    });
    join_all(groups).await
}

macro_rules! limit {
    ($name:ident, $count:literal, $period:expr $(, $method:ident($value:expr))*) => {
        #[rate_limit(LIMIT)]
        async fn $name() -> Outcome {
            Ok(())
        }
        static LIMIT: RateLimit =
            RateLimit::new(stringify!($name)).rate($count, $period)$(.$method($value))*;
    };
}

/// SmallRye Fault Tolerance · adapted. No fixed window: the third waits half of it
#[tokio::test(start_paused = true)]
async fn rl_01_two_at_once_and_one_more_each_half_window() {
    limit!(rl_01, 2, ms(100));
    let calls = [(0, 3), (50, 1), (100, 1)];
    assert_eq!(answers(rl_01, &calls).await, "0 0 50; 0; 0");
}

/// SmallRye Fault Tolerance · adapted
#[tokio::test(start_paused = true)]
async fn rl_04_what_is_rejected_takes_nothing() {
    limit!(rl_04, 2, ms(100));
    let calls = [(0, 3), (50, 2), (120, 1), (190, 2)];
    assert_eq!(answers(rl_04, &calls).await, "0 0 50; 0 50; 0; 0 10");
}

/// SmallRye Fault Tolerance · adapted
#[tokio::test(start_paused = true)]
async fn rl_05_four_at_once_and_one_more_each_quarter_window() {
    limit!(rl_05, 4, ms(100));
    let calls = [(0, 5), (50, 1), (100, 4), (200, 5)];
    let ours = "0 0 0 0 25; 0; 0 0 0 25; 0 0 0 0 25";
    assert_eq!(answers(rl_05, &calls).await, ours);
}

/// SmallRye Fault Tolerance · adapted
#[tokio::test(start_paused = true)]
async fn rl_06_four_at_once_and_two_early_ones() {
    limit!(rl_06, 4, ms(100));
    let calls = [(0, 5), (50, 1), (75, 1), (100, 3), (200, 5)];
    let ours = "0 0 0 0 25; 0; 0; 0 0 25; 0 0 0 0 25";
    assert_eq!(answers(rl_06, &calls).await, ours);
}

/// SmallRye Fault Tolerance · adapted
#[tokio::test(start_paused = true)]
async fn rl_08_after_idling_it_is_full_and_not_fuller() {
    limit!(rl_08, 2, ms(100));
    let calls = [(0, 3), (550, 1), (1_050, 3)];
    assert_eq!(answers(rl_08, &calls).await, "0 0 50; 0; 0 0 50");
}

/// SmallRye Fault Tolerance · adapted. Turns are not aligned to the start
#[tokio::test(start_paused = true)]
async fn rl_10_a_burst_of_one_is_smooth() {
    limit!(rl_10, 2, ms(100), burst(1));
    let calls = [(0, 2), (50, 2), (120, 1), (190, 2), (210, 2), (290, 2)];
    let ours = "0 50; 0 50; 0; 0 50; 30 30; 0 50";
    assert_eq!(answers(rl_10, &calls).await, ours);
}

/// SmallRye Fault Tolerance · adapted
#[tokio::test(start_paused = true)]
async fn rl_13_a_burst_of_one_stays_one_after_idling() {
    limit!(rl_13, 2, ms(100), burst(1));
    let calls = [(0, 2), (550, 3), (1_050, 3)];
    assert_eq!(answers(rl_13, &calls).await, "0 50; 0 50 50; 0 50 50");
}

/// Failsafe · adapted. The last group waits 200 ms: turns are not aligned to the start
#[tokio::test(start_paused = true)]
async fn rl_15_waiting_calls_reserve_their_turns() {
    limit!(rl_15, 1, ms(200), wait(s(10)));
    let waits = last_waits(|| Box::pin(rl_15()), &[(0, 3), (550, 2), (2_210, 2)]).await;
    assert_eq!(waits, [400, 250, 200]);
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn rl_16_each_waits_one_interval_longer() {
    limit!(rl_16, 1, ms(100), wait(s(10)));
    let calls = [(0, 1), (0, 1), (100, 1), (100, 1)];
    let waits = last_waits(|| Box::pin(rl_16()), &calls).await;
    assert_eq!(waits, [0, 100, 100, 200]);
}

/// Failsafe · adapted. One turn each half second instead of two each second
#[tokio::test(start_paused = true)]
async fn rl_17_a_burst_of_two_and_many_that_wait() {
    limit!(rl_17, 2, s(1), wait(s(10)));
    let calls = [(0, 7), (800, 3), (2_300, 1), (3_500, 3), (7_000, 1)];
    let waits = last_waits(|| Box::pin(rl_17()), &calls).await;
    assert_eq!(waits, [2_500, 3_200, 2_200, 2_500, 0]);
}

/// Failsafe · adapted
#[tokio::test(start_paused = true)]
async fn rl_18_a_burst_of_five_and_ten_at_once() {
    limit!(rl_18, 5, s(1), wait(s(10)));
    let calls = [(300, 3), (1_550, 10), (2_210, 2)];
    let waits = last_waits(|| Box::pin(rl_18()), &calls).await;
    assert_eq!(waits, [0, 1_000, 740]);
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn rl_20_one_each_cycle_and_no_waiting() {
    limit!(rl_20, 1, s(1));
    let calls = [(1_000, 2), (2_000, 2)];
    assert_eq!(answers(rl_20, &calls).await, "0 1000; 0 1000");
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn rl_23_a_cancelled_wait_runs_nothing_and_gives_its_turn_back() {
    #[rate_limit(LIMIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    static LIMIT: RateLimit = RateLimit::new("rl_23").rate(1, s(1)).wait(s(60));
    let dependency = Dependency::says("S*");
    assert!(call(&dependency).await.is_ok());
    let waits = tokio::time::timeout(ms(100), call(&dependency)).await;
    assert!(waits.is_err(), "cancelled");
    assert_eq!(dependency.runs(), 1);
    let limit = rate_limits().into_iter().find(|it| it.name() == "rl_23");
    assert_eq!(limit.unwrap().waiting(), 0);
    sleep(ms(900)).await;
    let start = Instant::now();
    assert!(call(&dependency).await.is_ok());
    assert_eq!(start.elapsed(), ms(0), "nothing was lost");
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn co_09_seven_attempts_and_three_runs() {
    #[retry(attempts = 7, backoff = none, on = _, budget = none)]
    #[rate_limit(3/s)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let Err(Error::Rejected(rejection)) = call(&dependency).await else {
        panic!("the last error is the limit's")
    };
    assert!(rejection.is_rate_limited());
    assert_eq!(dependency.runs(), 3);
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_10_seven_attempts_at_a_full_bulkhead() {
    static FULL: Bulkhead = Bulkhead::new("co_10").max(1);
    #[bulkhead(FULL)]
    async fn hold() -> Result<(), Error> {
        std::future::pending().await
    }
    #[retry(attempts = 7, backoff = none, on = Error::Rejected(_), budget = none)]
    #[bulkhead(FULL)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let mut held = Box::pin(hold());
    assert!(futures::poll!(&mut held).is_pending());
    let before = FULL.rejected();
    let dependency = Dependency::says("S*");
    call(&dependency).await.unwrap_err();
    assert_eq!(FULL.rejected() - before, 7);
    assert_eq!(dependency.runs(), 0);
}

/// MicroProfile Fault Tolerance · adapted. Whatever the circuit counts, a full bulkhead inside is
/// neutral
#[tokio::test(start_paused = true)]
async fn co_21_a_full_bulkhead_does_not_open_the_circuit_around_it() {
    static OUTER: Circuit = Circuit::new("co_21").failures(1);
    static INNER: Bulkhead = Bulkhead::new("co_21_inner").max(1);
    #[circuit(OUTER, on = _)]
    #[bulkhead(INNER)]
    async fn call(gate: &Notify) -> Result<(), Error> {
        gate.notified().await;
        Ok(())
    }
    let gate = Notify::new();
    let mut first = Box::pin(call(&gate));
    assert!(futures::poll!(&mut first).is_pending());
    for _ in 2..=7 {
        let Err(Error::Rejected(rejection)) = call(&gate).await else {
            panic!("the bulkhead is full")
        };
        assert!(rejection.is_bulkhead_full());
    }
    assert_eq!(OUTER.state(), State::Closed);
    gate.notify_one();
    assert_eq!(first.await, Ok(()));
}
