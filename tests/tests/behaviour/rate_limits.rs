//! Rate limits through their attribute.

use std::{cell::Cell, time::Duration};

use resilience::{
    Class, Classify, Context, Rate, RateLimit, Rejection, State, Verdict, circuit, circuits,
    rate_limit, rate_limits, retry, timeout,
};
use tokio::time::{Instant, advance};

use crate::events::Events;

#[derive(Debug, Clone, PartialEq)]
enum Error {
    Down,
    Rejected(Rejection),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Down => Verdict::permanent(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// When to come again.
fn after(outcome: Result<(), Error>) -> Duration {
    match outcome {
        Err(Error::Rejected(rejection)) if rejection.is_rate_limited() => {
            rejection.retry_after().unwrap()
        }
        other => panic!("not rejected: {other:?}"),
    }
}

#[rate_limit(10/s, burst = 3)]
async fn three_at_once() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_admitted_and_then_one_call_each_interval() {
    for _ in 0..3 {
        assert_eq!(three_at_once().await, Ok(()));
    }
    assert_eq!(after(three_at_once().await), ms(100));
    advance(ms(99)).await;
    assert_eq!(after(three_at_once().await), ms(1));
    advance(ms(1)).await;
    assert_eq!(three_at_once().await, Ok(()), "at exactly that instant");
    assert_eq!(after(three_at_once().await), ms(100));
    advance(ms(10_000)).await;
    for _ in 0..3 {
        assert_eq!(three_at_once().await, Ok(()), "full again, not fuller");
    }
    assert_eq!(after(three_at_once().await), ms(100));
}

#[rate_limit(5/s)]
async fn five_at_once() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_default_burst_is_one_periods_worth() {
    for _ in 0..5 {
        assert_eq!(five_at_once().await, Ok(()));
    }
    assert_eq!(after(five_at_once().await), ms(200));
}

#[rate_limit(1/s)]
async fn rejected_in_vain() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn rejected_calls_take_nothing() {
    assert_eq!(rejected_in_vain().await, Ok(()));
    for _ in 0..1_000 {
        assert_eq!(after(rejected_in_vain().await), ms(1_000));
    }
    advance(ms(1_000)).await;
    assert_eq!(rejected_in_vain().await, Ok(()));
}

#[rate_limit(10/s, burst = 1, wait = 250ms)]
async fn patient() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_may_wait_is_served_first_come_first_served_and_refused_at_once_if_in_vain() {
    let start = Instant::now();
    let timed = || async move {
        let outcome = patient().await;
        (start.elapsed().as_millis(), outcome.is_ok())
    };
    let (a, b, c, d) = tokio::join!(timed(), timed(), timed(), timed());
    assert_eq!([a, b, c], [(0, true), (100, true), (200, true)]);
    assert_eq!(d, (0, false), "300 ms is longer than it may wait");
}

static QUEUE: RateLimit = RateLimit::new("queue")
    .rate(10, Duration::from_secs(1))
    .burst(1)
    .wait(Duration::from_secs(10));

#[rate_limit(QUEUE)]
async fn queued() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_waiter_gives_its_turn_back_where_nobody_stands_behind_it() {
    assert_eq!(queued().await, Ok(()));
    let mut first = Box::pin(queued());
    let mut second = Box::pin(queued());
    assert!(futures::poll!(&mut first).is_pending());
    assert!(futures::poll!(&mut second).is_pending());
    assert_eq!(QUEUE.waiting(), 2);
    drop(second);
    assert_eq!(QUEUE.waiting(), 1);
    let start = Instant::now();
    let third = async {
        assert_eq!(queued().await, Ok(()));
        start.elapsed()
    };
    let (waited, outcome) = tokio::join!(third, first);
    assert_eq!(
        (waited, outcome),
        (ms(200), Ok(())),
        "in the place of the second"
    );
    assert_eq!((QUEUE.waiting(), QUEUE.admitted()), (0, 3));
    let listed = rate_limits();
    let listed = listed.iter().find(|limit| limit.name() == "queue").unwrap();
    assert_eq!((listed.available(), listed.admitted()), (Some(0), 3));
    assert_eq!((listed.rejected(), listed.key()), (0, None));
    listed.reset();
    assert_eq!((listed.available(), listed.admitted()), (Some(1), 0));
}

#[timeout(1s)]
#[rate_limit(1/s, burst = 1, wait = 5s)]
async fn behind_a_timeout() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_does_not_end_before_the_timeout_above_is_refused_at_once() {
    let start = Instant::now();
    assert_eq!(behind_a_timeout().await, Ok(()));
    assert_eq!(
        after(behind_a_timeout().await),
        ms(1_000),
        "exactly as long"
    );
    assert_eq!(start.elapsed(), ms(0));
    advance(ms(1)).await;
    assert_eq!(behind_a_timeout().await, Ok(()));
    assert_eq!(start.elapsed(), ms(1_000));
}

#[retry(max = 2, budget = none)]
#[rate_limit(1/s)]
async fn retried() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_retry_above_comes_again_when_it_is_told_to() {
    let start = Instant::now();
    assert_eq!(retried().await, Ok(()));
    assert_eq!(retried().await, Ok(()));
    assert!(start.elapsed() >= ms(1_000));
    let rejection = Rejection::RateLimited {
        site: "x",
        retry_after: Some(ms(7)),
    };
    let verdict = rejection.classify();
    assert_eq!(
        (verdict.class, verdict.after),
        (Class::Throttled, Some(ms(7)))
    );
}

#[circuit(failures = 1, on = _, name = "above_a_rate_limit")]
#[rate_limit(1/s)]
async fn guarded() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn to_a_circuit_above_a_rejection_says_nothing() {
    assert_eq!(guarded().await, Ok(()));
    after(guarded().await);
    let circuit = circuits()
        .into_iter()
        .find(|circuit| circuit.name() == "above_a_rate_limit")
        .unwrap();
    assert_eq!(
        (circuit.state(), circuit.counters().failures),
        (State::Closed, 0)
    );
}

#[rate_limit(1/s, key = user)]
async fn of(user: &str) -> Result<(), Error> {
    let _ = user;
    Ok(())
}

#[rate_limit(1/h, key = n, keys_max = 2)]
async fn of_few(n: u32) -> Result<(), Error> {
    let _ = n;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_key_has_a_rate_of_its_own() {
    assert_eq!(of("ada").await, Ok(()));
    assert_eq!(after(of("ada").await), ms(1_000));
    assert_eq!(of("bob").await, Ok(()));
    let key = Some("\"bob\"".to_owned());
    let bob = rate_limits().into_iter().find(|limit| limit.key() == key);
    assert_eq!(bob.unwrap().available(), Some(0));
}

#[tokio::test(start_paused = true)]
async fn keys_that_find_no_place_share_one_rate() {
    let events = Events::collect();
    assert_eq!(of_few(1).await, Ok(()));
    assert_eq!(of_few(2).await, Ok(()));
    assert_eq!(of_few(3).await, Ok(()));
    assert_eq!(events.count("rate_limit_keys_full"), 1);
    after(of_few(4).await);
    after(of_few(1).await);
    advance(Duration::from_secs(3_600)).await;
    assert_eq!(
        of_few(4).await,
        Ok(()),
        "the others are full again and may go"
    );
    assert_eq!(of_few(5).await, Ok(()));
}

const SLOWLY: Rate = Rate::per_minute(1);
const BURST: u32 = 2;

#[rate_limit(SLOWLY, burst = BURST)]
async fn constants() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(SLOWLY, burst = 2, key = user)]
async fn constant_with_a_key(user: String) -> Result<(), Error> {
    let _ = user;
    Ok(())
}

struct Client {
    rate: Rate,
    burst: u32,
}

impl Client {
    const RATE: Rate = Rate::per_second(2);

    #[rate_limit(Self::RATE, burst = 1)]
    async fn associated(&self) -> Result<(), Error> {
        let _ = self;
        Ok(())
    }

    #[rate_limit(self.rate, burst = self.burst)]
    async fn fields(&self) -> Result<(), Error> {
        Ok(())
    }

    #[rate_limit(SLOWLY, burst = self.burst)]
    async fn constant_and_field(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn values_may_be_constants_and_expressions() {
    let client = Client {
        rate: Rate::new(1, ms(10)),
        burst: 2,
    };
    for _ in 0..2 {
        assert_eq!(constants().await, Ok(()));
        assert_eq!(constant_with_a_key("ada".into()).await, Ok(()));
        assert_eq!(client.fields().await, Ok(()));
        assert_eq!(client.constant_and_field().await, Ok(()));
    }
    assert_eq!(after(constants().await), ms(60_000));
    assert_eq!(after(constant_with_a_key("ada".into()).await), ms(60_000));
    assert_eq!(constant_with_a_key("bob".into()).await, Ok(()));
    assert_eq!(after(client.fields().await), ms(10));
    assert_eq!(after(client.constant_and_field().await), ms(60_000));
    assert_eq!(client.associated().await, Ok(()));
    assert_eq!(after(client.associated().await), ms(500));
    let never = Client {
        rate: Rate::new(0, ms(10)),
        burst: 0,
    };
    for (refused, rule) in [
        (never.fields().await, "R003"),
        (never.constant_and_field().await, "R003"),
    ] {
        let Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) = refused else {
            panic!("{refused:?}")
        };
        assert!(reason.starts_with(rule), "{reason}");
    }
}

static BOTH: RateLimit = RateLimit::new("both").rate(1, Duration::from_secs(1));

#[rate_limit(BOTH)]
async fn one() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(BOTH)]
async fn other() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn functions_can_share_a_rate_limit() {
    assert_eq!(one().await, Ok(()));
    assert_eq!(after(other().await), ms(1_000));
    assert_eq!((BOTH.admitted(), BOTH.rejected()), (1, 1));
    advance(ms(1_000)).await;
    assert_eq!(other().await, Ok(()));
}

#[rate_limit(2/s)]
#[rate_limit(3/m)]
async fn two_rates(runs: &Cell<u32>) -> Result<(), Error> {
    runs.set(runs.get() + 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn two_rates_keep_both() {
    let runs = Cell::new(0);
    for _ in 0..20 {
        let _ = two_rates(&runs).await;
        advance(ms(500)).await;
    }
    assert_eq!(runs.get(), 3);
}

#[rate_limit(1/s, burst = 1, wait = 5s)]
async fn told() -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn waits_and_rejections_are_told() {
    let events = Events::collect();
    assert_eq!(told().await, Ok(()));
    let context = Context::new().correlation_id("req-7");
    assert_eq!(context.scope(told()).await, Ok(()));
    after(three_of_these(&events).await);
    let lines = events.lines();
    assert!(lines[0].starts_with("rate_limit_waiting"), "{lines:?}");
    assert!(lines[0].contains("wait_ms=1000"), "{lines:?}");
    assert!(lines[0].contains("correlation_id=req-7"), "{lines:?}");
    assert!(lines[1].starts_with("rate_limited"), "{lines:?}");
    assert!(lines[1].contains("retry_after_ms=1000"), "{lines:?}");
}

#[rate_limit(1/s)]
async fn once() -> Result<(), Error> {
    Ok(())
}

async fn three_of_these(events: &Events) -> Result<(), Error> {
    assert_eq!(events.lines().len(), 1);
    assert_eq!(once().await, Ok(()));
    once().await
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_body_has_used_its_turn() {
    #[rate_limit(1/s)]
    async fn fails() -> Result<(), Error> {
        Err(Error::Down)
    }
    assert_eq!(fails().await, Err(Error::Down));
    after(fails().await);
}
