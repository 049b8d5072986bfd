//! What the contract says about `timeout`, sentence by sentence.

use std::{
    io, iter,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use resilience::{Class, Classify, Effect, Rejection, retry, timeout};

use crate::dependency::{Count, Dependency, Error, ms, timed};

#[timeout(2s)]
async fn two_seconds(dependency: &Dependency) -> Result<u32, Error> {
    dependency.call().await
}

#[tokio::test(start_paused = true)]
async fn the_rejection_names_the_site_and_the_limit() {
    let error = two_seconds(&Dependency::says("H")).await.unwrap_err();
    let Error::Rejected(rejection) = error else {
        panic!("a rejection, not {error:?}");
    };
    let (site, after) = ("behaviour::timeout::two_seconds", ms(2000));
    assert_eq!(rejection, Rejection::TimedOut { site, after });
    assert_eq!(
        rejection.to_string(),
        "`behaviour::timeout::two_seconds` timed out after 2s"
    );
    let verdict = rejection.classify();
    assert_eq!(
        (verdict.class, verdict.effect),
        (Class::Retryable, Effect::InDoubt)
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_of_the_users_own() {
    #[timeout(1s, name = "billing.charge")]
    async fn call() -> Result<u32, Rejection> {
        std::future::pending().await
    }
    assert_eq!(call().await.unwrap_err().site(), "billing.charge");
}

/// Notes at which point the body was gone.
#[derive(Debug)]
struct Seen {
    dropped_before: bool,
}

static DROPPED: AtomicBool = AtomicBool::new(false);

struct Probe;

impl Drop for Probe {
    fn drop(&mut self) {
        DROPPED.store(true, SeqCst);
    }
}

impl From<Rejection> for Seen {
    fn from(_: Rejection) -> Self {
        let dropped_before = DROPPED.load(SeqCst);
        Self { dropped_before }
    }
}

#[tokio::test(start_paused = true)]
async fn the_body_is_dropped_before_anybody_hears_of_the_timeout() {
    #[timeout(1s)]
    async fn call() -> Result<(), Seen> {
        let _probe = Probe;
        std::future::pending().await
    }
    assert!(call().await.unwrap_err().dropped_before);
}

#[tokio::test(start_paused = true)]
async fn arguments_are_dropped_with_the_body() {
    #[timeout(1s)]
    async fn call(held: Arc<u32>) -> Result<u32, Error> {
        std::future::pending::<()>().await;
        Ok(*held)
    }
    let held = Arc::new(1);
    assert!(call(Arc::clone(&held)).await.is_err());
    assert_eq!(Arc::strong_count(&held), 1);
}

#[tokio::test(start_paused = true)]
async fn above_a_retry_it_limits_the_whole_call_and_below_each_attempt() {
    #[timeout(250ms)]
    #[retry(max = 9, backoff = none)]
    async fn above(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 2, backoff = none)]
    #[timeout(250ms)]
    async fn below(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(100), "F*");
    let (result, took) = timed(above(&dependency)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!((took, dependency.runs()), (250, 3));
    let dependency = Dependency::taking(ms(100), "F*");
    assert_eq!(timed(below(&dependency)).await, (Err(Error::Busy), 300));
    let dependency = Dependency::says("H*");
    let (result, took) = timed(below(&dependency)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!((took, dependency.runs()), (750, 3));
}

/// thomhurst/Kevlar#382 · adapted. A body is dropped at its limit, so that it cannot finish later
#[tokio::test(start_paused = true)]
async fn gap_20_an_outcome_at_the_very_limit_still_counts() {
    let dependency = Dependency::taking(ms(2000), "S");
    assert_eq!(timed(two_seconds(&dependency)).await, (Ok(1), 2000));
    let dependency = Dependency::taking(ms(2001), "S");
    let (result, took) = timed(two_seconds(&dependency)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!(took, 2000);
}

#[tokio::test(start_paused = true)]
async fn the_limit_may_be_an_argument_a_field_or_a_constant() {
    const LIMIT: Duration = Duration::from_millis(30);
    struct Client {
        limit: Duration,
    }
    impl Client {
        #[timeout(self.limit * 2)]
        async fn field(&self) -> Result<(), Error> {
            std::future::pending().await
        }
    }
    #[timeout(limit)]
    async fn argument(limit: Duration) -> Result<(), Error> {
        std::future::pending().await
    }
    #[timeout(LIMIT)]
    async fn constant() -> Result<(), Error> {
        std::future::pending().await
    }
    assert_eq!(timed(Client { limit: ms(10) }.field()).await.1, 20);
    assert_eq!(timed(argument(ms(25))).await.1, 25);
    assert_eq!(timed(constant()).await.1, 30);
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_have_limits_of_their_own() {
    #[timeout(1s)]
    #[retry(max = 3, backoff = constant(100ms), jitter = none)]
    #[timeout(50ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let late = Dependency::says("HHHS");
    let early = Dependency::says("HFS");
    let both = async { tokio::join!(timed(call(&late)), timed(call(&early))) };
    let hang = 50 + 100;
    assert_eq!(both.await, ((Ok(4), 3 * hang), (Ok(3), hang + 100)));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_breaks_a_rule_is_refused_before_the_body_runs() {
    #[timeout(outer)]
    #[timeout(inner)]
    async fn call(runs: &Count, outer: Duration, inner: Duration) -> Result<u32, Error> {
        Ok(runs.add())
    }
    #[timeout(1s)]
    #[retry(max = retries, backoff = constant(200ms), jitter = none)]
    async fn waits(runs: &Count, retries: u32) -> Result<u32, Error> {
        Ok(runs.add())
    }
    fn reason(result: Result<u32, Error>) -> String {
        match result {
            Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) => reason.into_owned(),
            other => panic!("not refused: {other:?}"),
        }
    }
    let runs = Count::default();
    let zero = reason(call(&runs, ms(0), ms(0)).await);
    assert!(
        zero.contains("a timeout of zero would cut off every call"),
        "{zero}"
    );
    let equal = reason(call(&runs, ms(500), ms(500)).await);
    assert!(
        equal.contains("this timeout of 500ms never ends before the one of 500ms"),
        "{equal}"
    );
    let delays = reason(waits(&runs, 5).await);
    assert!(delays.contains("5 retries wait at least 1s"), "{delays}");
    assert_eq!(runs.get(), 0);
    assert_eq!(call(&runs, ms(500), ms(499)).await, Ok(1));
    assert_eq!(waits(&runs, 4).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn tm_09_a_body_that_eats_the_tasks_budget_does_not_starve_its_limit() {
    // It only ever yields because its share of the task's turn is used up.
    #[timeout(50ms)]
    async fn greedy() -> Result<(), Error> {
        for _ in 0..10_000_000 {
            tokio::task::consume_budget().await;
        }
        Ok(())
    }
    let clock = tokio::spawn(async {
        loop {
            tokio::time::advance(ms(1)).await;
        }
    });
    let (result, took) = timed(greedy()).await;
    clock.abort();
    assert!(result.unwrap_err().is_timed_out());
    assert!((50..=52).contains(&took), "{took} ms");
}

#[tokio::test(start_paused = true)]
async fn tm_04_the_longest_limits_mean_never() {
    #[timeout(limit)]
    #[retry(max = 1, backoff = iter::once(ms(1000)))]
    async fn call(dependency: &Dependency, limit: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    let far = [
        Duration::from_millis(1 << 36),
        Duration::from_secs(u64::MAX / 10),
        Duration::from_secs(u64::MAX),
        Duration::MAX,
    ];
    for limit in far {
        let day = Duration::from_secs(86_400);
        let dependency = Dependency::taking(day, "FS");
        assert_eq!(call(&dependency, limit).await, Ok(2), "{limit:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn ready_made_errors_hold_the_rejection() {
    #[timeout(1s)]
    async fn by_io() -> io::Result<()> {
        std::future::pending().await
    }
    #[timeout(1s)]
    async fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        std::future::pending().await
    }
    #[timeout(1s)]
    async fn by_anyhow() -> anyhow::Result<()> {
        std::future::pending().await
    }
    let error = by_io().await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Rejection>());
    assert!(inner.is_some_and(Rejection::is_timed_out));
    assert_eq!(
        error.classify().effect,
        Effect::InDoubt,
        "the rejection's verdict"
    );
    let error = boxed().await.unwrap_err();
    assert!(
        error
            .downcast_ref::<Rejection>()
            .is_some_and(Rejection::is_timed_out)
    );
    assert!(error.source().is_none());
    let error = by_anyhow().await.unwrap_err();
    assert!(
        error
            .downcast_ref::<Rejection>()
            .is_some_and(Rejection::is_timed_out)
    );
}

#[tokio::test(start_paused = true)]
async fn only_an_expiry_is_told() {
    let events = crate::events::Events::collect();
    assert!(two_seconds(&Dependency::says("H")).await.is_err());
    assert!(two_seconds(&Dependency::says("S")).await.is_ok());
    let left = tokio::time::timeout(ms(1), two_seconds(&Dependency::says("H"))).await;
    assert!(left.is_err());
    assert_eq!(events.lines(), ["timed_out after_ms=2000"]);
}

#[tokio::test(start_paused = true)]
async fn the_future_is_send() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    assert_eq!(is_send(two_seconds(&Dependency::says("S"))).await, Ok(1));
}
