//! §10 and §11, the context of §9, and the test kit.

use std::{io, time::Duration};

use resilience::{
    Backoff, Circuit, Context, Rejection, Retry, RetryBudget, checkpoint, circuit, compensate,
    fallback, retry, saga,
    testing::{self, Script},
    timeout,
};

use crate::dependency::{Count, Dependency, Error, ms, timed};

#[tokio::test(start_paused = true)]
async fn max_counts_retries_and_attempts_counts_all() {
    #[retry(max = 2, backoff = none)]
    async fn max(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(attempts = 2, backoff = none)]
    async fn attempts(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(backoff = none)]
    async fn default(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 0)]
    async fn none(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(attempts = 1)]
    async fn one(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    macro_rules! runs {
        ($call:ident) => {{
            let dependency = Dependency::says("F*");
            assert_eq!($call(&dependency).await, Err(Error::Busy));
            dependency.runs()
        }};
    }
    assert_eq!(runs!(max), 3);
    assert_eq!(runs!(attempts), 2);
    assert_eq!(runs!(default), 4);
    assert_eq!(runs!(none), 1);
    assert_eq!(runs!(one), 1);
}

#[tokio::test(start_paused = true)]
async fn the_backoffs_in_numbers() {
    macro_rules! pauses {
        ($($backoff:tt)*) => {{
            #[retry(max = 5, jitter = none, budget = none, backoff = $($backoff)*)]
            async fn call(dependency: &Dependency) -> Result<u32, Error> {
                dependency.call().await
            }
            let dependency = Dependency::says("F*");
            assert_eq!(call(&dependency).await, Err(Error::Busy));
            dependency.pauses()
        }};
    }
    assert_eq!(pauses!(exponential(100ms)), [100, 200, 400, 800, 1600]);
    assert_eq!(
        pauses!(exponential(100ms, factor = 3)),
        [100, 300, 900, 2700, 8100]
    );
    assert_eq!(
        pauses!(exponential(100ms, factor = 1.5, cap = 200ms)),
        [100, 150, 200, 200, 200]
    );
    assert_eq!(
        pauses!(exponential(3s)),
        [3000, 6000, 10_000, 10_000, 10_000]
    );
    assert_eq!(
        pauses!(exponential(30s, cap = 60s)),
        [30_000, 60_000, 60_000, 60_000, 60_000]
    );
    assert_eq!(pauses!(fibonacci(100ms)), [100, 100, 200, 300, 500]);
    assert_eq!(
        pauses!(fibonacci(100ms, cap = 250ms)),
        [100, 100, 200, 250, 250]
    );
    assert_eq!(pauses!(linear(100ms)), [100, 200, 300, 400, 500]);
    assert_eq!(
        pauses!(linear(100ms, cap = 250ms)),
        [100, 200, 250, 250, 250]
    );
    assert_eq!(pauses!(constant(100ms)), [100; 5]);
    assert_eq!(pauses!(none), [0; 5]);
}

struct Growing(u64);

impl Backoff for Growing {
    fn delay(&mut self, retry: u32) -> Option<Duration> {
        Some(ms(self.0 * u64::from(retry)))
    }
}

#[tokio::test(start_paused = true)]
async fn a_backoff_of_ones_own_may_be_a_field_or_an_argument() {
    struct Client {
        step: u64,
    }
    impl Client {
        #[retry(max = 2, backoff = Growing(self.step))]
        async fn call(&self, dependency: &Dependency) -> Result<u32, Error> {
            dependency.call().await
        }
    }
    #[retry(max = 2, backoff = (1..).map(|n| step * n))]
    async fn iterates(dependency: &Dependency, step: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert!(Client { step: 7 }.call(&dependency).await.is_err());
    assert_eq!(dependency.pauses(), [7, 14]);
    let dependency = Dependency::says("F*");
    assert!(iterates(&dependency, ms(5)).await.is_err());
    assert_eq!(dependency.pauses(), [5, 10]);
}

#[tokio::test(start_paused = true)]
async fn a_sleep_fits_if_it_ends_before_the_deadline() {
    #[timeout(1s)]
    #[retry(max = 9, backoff = constant(wait), jitter = none)]
    async fn call(dependency: &Dependency, wait: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    #[timeout(outer)]
    #[fallback(value = 9, on = Error::Gone)]
    #[retry(max = 1, backoff = constant(500ms), jitter = none)]
    #[timeout(100ms)]
    async fn deep(dependency: &Dependency, outer: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    let wait = ms(100);
    let dependency = Dependency::taking(ms(900), "F*");
    assert_eq!(
        timed(call(&dependency, wait)).await,
        (Err(Error::Busy), 900),
        "100 ms end at the deadline"
    );
    let dependency = Dependency::taking(ms(899), "FH");
    let (result, took) = timed(call(&dependency, wait)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!((took, dependency.runs()), (1000, 2));
    let dependency = Dependency::says("H*");
    let (result, took) = timed(deep(&dependency, ms(600))).await;
    assert!(
        result.unwrap_err().is_timed_out(),
        "the last real error, here that of the attempt"
    );
    assert_eq!((took, dependency.runs()), (100, 1));
}

#[tokio::test(start_paused = true)]
async fn what_only_shows_at_run_time_is_misconfigured_before_the_body_runs() {
    #[retry(attempts = n)]
    async fn attempts(runs: &Count, n: u32) -> Result<u32, Error> {
        Ok(runs.add())
    }
    #[retry(backoff = exponential(base, cap = cap))]
    async fn cap(runs: &Count, base: Duration, cap: Duration) -> Result<u32, Error> {
        Ok(runs.add())
    }
    #[circuit(failures = n)]
    async fn failures(runs: &Count, n: u32) -> Result<u32, Error> {
        Ok(runs.add())
    }
    #[circuit(rate = percent, window = window, min_calls = calls, key = percent)]
    async fn rate(runs: &Count, percent: u32, window: u32, calls: u32) -> Result<u32, Error> {
        Ok(runs.add())
    }
    #[circuit(failures = 3, cooldown = cooldown, probes = probes)]
    async fn probes(runs: &Count, cooldown: Duration, probes: u32) -> Result<u32, Error> {
        Ok(runs.add())
    }
    #[timeout(limit)]
    async fn limit(runs: &Count, limit: Duration) -> Result<u32, io::Error> {
        Ok(runs.add())
    }
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it is called with what a call gives"
    )]
    fn refused(result: Result<u32, Error>) -> bool {
        matches!(
            result,
            Err(Error::Rejected(Rejection::Misconfigured { .. }))
        )
    }
    let runs = &Count::default();
    assert!(refused(attempts(runs, 0).await));
    assert!(refused(cap(runs, ms(2), ms(1)).await));
    assert!(refused(failures(runs, 0).await));
    assert!(refused(rate(runs, 0, 10, 5).await));
    assert!(refused(rate(runs, 101, 10, 5).await));
    assert!(refused(rate(runs, 50, 0, 5).await));
    assert!(refused(rate(runs, 50, 10, 11).await));
    assert!(refused(probes(runs, ms(0), 1).await));
    assert!(refused(probes(runs, ms(1), 0).await));
    let error = limit(runs, ms(0)).await.unwrap_err();
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Rejection>());
    assert!(matches!(inner, Some(Rejection::Misconfigured { .. })));
    assert_eq!(runs.get(), 0);
    assert_eq!(rate(runs, 100, 10, 10).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_misconfigured_step_has_no_effect() {
    async fn undo(undone: &Count) -> Result<(), Rejection> {
        undone.add();
        Ok(())
    }
    #[compensate(undo(undone))]
    #[timeout(limit)]
    async fn step(undone: &Count, limit: Duration) -> Result<u32, Error> {
        let _ = undone;
        Ok(1)
    }
    #[saga]
    async fn both(undone: &Count) -> Result<u32, Error> {
        step(undone, ms(0)).await
    }
    let undone = Count::default();
    assert!(both(&undone).await.is_err());
    assert_eq!(undone.get(), 0);
}

static PAYMENTS: Circuit = Circuit::new("contract-builders")
    .failures(5)
    .slow(Duration::from_secs(2))
    .cooldown(Duration::from_secs(30))
    .cooldown_factor(2)
    .probes(1);
static RATES: Circuit = Circuit::new("contract-builders-rate")
    .rate(50)
    .window(100)
    .min_calls(20)
    .slow(Duration::from_secs(2))
    .slow_rate(80);
static SHARED: RetryBudget = RetryBudget::new();
const HTTP: Retry = Retry::new().max(2).after_max(Duration::from_secs(5));
const ONCE: Retry = Retry::new().attempts(2);

#[tokio::test(start_paused = true)]
async fn builder_methods_are_called_like_the_keys() {
    #[retry(HTTP, backoff = none, budget = SHARED)]
    #[circuit(PAYMENTS)]
    async fn named(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(ONCE, backoff = none)]
    #[circuit(RATES)]
    async fn once(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(HTTP, attempts = 2, backoff = none)]
    async fn overridden(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(named(&Dependency::says("FFS")).await, Ok(3));
    assert_eq!(once(&Dependency::says("FFS")).await, Err(Error::Busy));
    assert_eq!(overridden(&Dependency::says("FFS")).await, Err(Error::Busy));
}

#[tokio::test(start_paused = true)]
async fn the_error_says_its_delay_only_where_it_is_asked() {
    #[retry(max = 1, on = Error::Throttled(_), backoff = constant(10ms), jitter = none)]
    async fn pattern(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 1, on = _, after = asked, backoff = constant(10ms), jitter = none)]
    async fn function(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 1, on = Throttled, backoff = constant(10ms), jitter = none)]
    async fn word(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    fn asked(error: &Error) -> Option<Duration> {
        match error {
            Error::Throttled(wait) => *wait,
            _ => None,
        }
    }
    let throttled = || Dependency::always(Error::Throttled(Some(ms(700))));
    assert_eq!(timed(pattern(&throttled())).await.1, 10);
    assert_eq!(timed(function(&throttled())).await.1, 700);
    assert_eq!(timed(word(&throttled())).await.1, 700);
}

#[tokio::test(start_paused = true)]
async fn both_on_and_when_must_hold() {
    #[retry(max = 3, backoff = none, on = Retryable, when = |error| *error != Error::Lost)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(&Dependency::says("FS")).await, Ok(2));
    assert_eq!(call(&Dependency::says("LS")).await, Err(Error::Lost));
    assert_eq!(call(&Dependency::says("NS")).await, Err(Error::Gone));
}

#[tokio::test(start_paused = true)]
async fn fallbacks_in_order_then_the_value() {
    async fn replica(id: u32, log: &mut Vec<String>) -> Result<u32, Error> {
        log.push(format!("replica {id}"));
        Err(Error::Busy)
    }
    async fn archive(error: Error, id: u32) -> Result<u32, Error> {
        assert_eq!(error, Error::Busy, "that of the replica");
        if id == 0 {
            Err(Error::Lost)
        } else {
            Ok(id + 100)
        }
    }
    #[fallback(replica, archive(error, id), value = 7)]
    async fn load(id: u32, log: &mut Vec<String>) -> Result<u32, Error> {
        log.push("primary".to_owned());
        Err(Error::Gone)
    }
    #[fallback(replica, archive(error, id))]
    async fn without_value(id: u32, log: &mut Vec<String>) -> Result<u32, Error> {
        log.push("primary".to_owned());
        Err(Error::Gone)
    }
    let mut log = Vec::new();
    assert_eq!(load(1, &mut log).await, Ok(101));
    assert_eq!(load(0, &mut log).await, Ok(7));
    assert_eq!(log, ["primary", "replica 1", "primary", "replica 0"]);
    assert_eq!(
        without_value(0, &mut log).await,
        Err(Error::Lost),
        "the last failure"
    );
}

#[derive(Debug)]
struct Cache {
    hits: u32,
}

impl Cache {
    #[fallback(Self::stale, Self::fixed(), value = self.hits * 1000)]
    async fn load(&mut self, id: u32) -> Result<u32, Error> {
        self.hits += 1;
        if id == 9 { Ok(id) } else { Err(Error::Gone) }
    }

    async fn stale(&mut self, id: u32) -> Result<u32, Error> {
        self.hits += 10;
        if id == 1 {
            Ok(self.hits)
        } else {
            Err(Error::Gone)
        }
    }

    async fn fixed(&self) -> Result<u32, Error> {
        if self.hits > 12 {
            Err(Error::Gone)
        } else {
            Ok(5)
        }
    }

    #[fallback(otherwise(id))]
    async fn by_function(&self, id: u32) -> Result<u32, Error> {
        let _ = (self, id);
        Err(Error::Gone)
    }
}

async fn otherwise(id: u32) -> Result<u32, Error> {
    Ok(id)
}

#[tokio::test(start_paused = true)]
async fn methods_get_self_first_also_mutably() {
    let mut cache = Cache { hits: 0 };
    assert_eq!(cache.load(9).await, Ok(9));
    assert_eq!(cache.load(1).await, Ok(12));
    assert_eq!(cache.load(2).await, Ok(23_000));
    assert_eq!(cache.by_function(3).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn slow_feeds_its_own_rate_only() {
    #[circuit(rate = 50%, window = 4, min_calls = 4, slow = 100ms, slow_rate = 100%)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let slow = Dependency::taking(ms(100), "S*");
    let fast = Dependency::says("S*");
    for _ in 0..3 {
        assert!(call(&slow).await.is_ok());
    }
    assert!(call(&fast).await.is_ok());
    assert!(
        call(&fast).await.is_ok(),
        "three of four are slow, none is a failure"
    );
    for _ in 0..4 {
        assert!(call(&slow).await.is_ok());
    }
    assert!(call(&fast).await.unwrap_err().is_circuit_open());
}

#[tokio::test(start_paused = true)]
async fn the_default_budget_in_numbers() {
    #[retry(max = 1, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let fails = Dependency::says("F*");
    for _ in 0..100 {
        assert!(call(&fails).await.is_err());
    }
    assert_eq!(fails.runs(), 200, "500 tokens, 5 for a retry");
    assert!(call(&fails).await.is_err());
    assert_eq!(fails.runs(), 201);
    let works = Dependency::says("S*");
    for _ in 0..5 {
        assert!(call(&works).await.is_ok());
    }
    assert_eq!(
        call(&Dependency::says("FS")).await,
        Ok(2),
        "five successes pay for one"
    );
    assert_eq!(
        call(&Dependency::says("FS")).await,
        Ok(2),
        "which gave its cost back"
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_name_twice_gets_a_line_or_the_enclosing_function() {
    async fn first() -> Rejection {
        #[timeout(1s)]
        async fn same() -> Result<(), Rejection> {
            std::future::pending().await
        }
        same().await.unwrap_err()
    }
    async fn second() -> Rejection {
        #[timeout(1s)]
        async fn same() -> Result<(), Rejection> {
            std::future::pending().await
        }
        same().await.unwrap_err()
    }
    let (one, two) = (first().await, second().await);
    assert_ne!(one.site(), two.site());
    assert!(one.site().starts_with("contract::fine_points::"));
    assert!(two.site().starts_with("contract::fine_points::"));
    assert_eq!(one.site(), first().await.site(), "the same in each call");
}

#[tokio::test(start_paused = true)]
async fn a_context_is_carried_into_calls_sagas_and_compensations() {
    static SEEN: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
    fn see(place: &str) {
        let context = Context::current();
        let id = context.id().unwrap_or("nothing").to_owned();
        SEEN.lock().unwrap().push(format!("{place} {id}"));
    }
    async fn undo(n: &u32) -> Result<(), Rejection> {
        let _ = n;
        see("undo");
        Ok(())
    }
    #[compensate(undo)]
    #[retry(max = 1, backoff = none)]
    #[timeout(1s)]
    async fn step(dependency: &Dependency) -> Result<u32, Error> {
        see("step");
        checkpoint("openai.start");
        dependency.call().await
    }
    #[saga]
    async fn both(dependency: &Dependency) -> Result<(), Error> {
        step(dependency).await?;
        Err(Error::Gone)
    }
    see("before");
    let dependency = Dependency::says("FS");
    let fut = async {
        let result = both(&dependency).await;
        let context = Context::current();
        let names: Vec<_> = context
            .checkpoints()
            .iter()
            .map(|it| it.name().to_owned())
            .collect();
        (result, names)
    };
    let (result, names) = Context::new().correlation_id("req-123").scope(fut).await;
    assert_eq!(result, Err(Error::Gone));
    assert_eq!(names, ["openai.start", "openai.start"]);
    let seen = SEEN.lock().unwrap().clone();
    assert_eq!(
        seen,
        [
            "before nothing",
            "step req-123",
            "step req-123",
            "undo req-123"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn scripts_in_the_words_of_the_contract() {
    #[retry(max = 3, on = _)]
    async fn call(
        script: &Script<&'static str, &'static str>,
    ) -> Result<&'static str, &'static str> {
        script.call().await
    }
    let _quick = testing::no_delays();
    let script = Script::new().fail("busy").fail("busy").ok("done");
    assert_eq!(timed(call(&script)).await, (Ok("done"), 0));
    assert_eq!(script.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn seeded_jitter_repeats() {
    #[retry(max = 5, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let mut runs = Vec::new();
    for _ in 0..2 {
        testing::seed_jitter(42);
        let dependency = Dependency::says("F*");
        assert!(call(&dependency).await.is_err());
        runs.push(dependency.pauses());
    }
    assert_eq!(runs[0], runs[1]);
    assert!(
        runs[0]
            .iter()
            .zip([100, 200, 400, 800, 1600])
            .all(|(pause, longest)| *pause <= longest)
    );
}
