//! §3: literals, constants and expressions, at every key.

use std::time::Duration;

use resilience::{Circuit, Rejection, Retry, RetryBudget, circuit, fallback, retry, timeout};

use crate::dependency::{Count, Dependency, Error, ms, timed};

#[tokio::test(start_paused = true)]
async fn durations_in_every_unit() {
    macro_rules! limit {
        ($($written:literal = $millis:literal),*) => {$({
            #[timeout($written)]
            async fn call() -> Result<(), Rejection> {
                std::future::pending().await
            }
            let expected = Duration::from_micros($millis);
            assert_eq!(call().await, Err(Rejection::TimedOut {
                site: call().await.unwrap_err().site(),
                after: expected,
            }));
        })*};
    }
    limit! {
        30s = 30_000_000, 250ms = 250_000, 1.5s = 1_500_000, 500us = 500, 5m = 300_000_000,
        2min = 120_000_000, 2h = 7_200_000_000, 7d = 604_800_000_000, 0.5h = 1_800_000_000,
        1_000ms = 1_000_000
    }
}

mod settings {
    use std::time::Duration;

    use resilience::{Jitter, Retry};

    pub(super) const MAX: u32 = 2;
    pub(super) const ATTEMPTS: u32 = 3;
    pub(super) const BASE: Duration = Duration::from_millis(100);
    pub(super) const CAP: Duration = Duration::from_millis(150);
    pub(super) const FACTOR: u32 = 3;
    pub(super) const AFTER_MAX: Duration = Duration::from_secs(5);
    pub(super) const NAMED: Retry = Retry::new().max(2).jitter(Jitter::None);
}

#[tokio::test(start_paused = true)]
async fn constants_at_every_key_of_a_retry() {
    #[retry(
        max = settings::MAX,
        backoff = exponential(settings::BASE, factor = settings::FACTOR, cap = settings::CAP),
        jitter = none,
        after_max = settings::AFTER_MAX
    )]
    async fn exponential(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(attempts = settings::ATTEMPTS, backoff = linear(settings::BASE, settings::CAP), jitter = none)]
    async fn linear(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(attempts = settings::ATTEMPTS, backoff = constant(settings::BASE), jitter = none)]
    async fn constant(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(settings::NAMED)]
    async fn named(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(settings::NAMED, max = 1, backoff = fibonacci(settings::BASE, settings::CAP))]
    async fn overridden(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    macro_rules! pauses {
        ($call:ident) => {{
            let dependency = Dependency::says("F*");
            assert_eq!($call(&dependency).await, Err(Error::Busy));
            dependency.pauses()
        }};
    }
    assert_eq!(pauses!(exponential), [100, 150]);
    assert_eq!(pauses!(linear), [100, 150]);
    assert_eq!(pauses!(constant), [100, 100]);
    assert_eq!(pauses!(named), [100, 200]);
    assert_eq!(pauses!(overridden), [100]);
    let throttled = Dependency::always(Error::Throttled(Some(ms(5001))));
    assert!(exponential(&throttled).await.is_err());
    assert_eq!(throttled.runs(), 1);
    let throttled = Dependency::always(Error::Throttled(Some(ms(5000))));
    assert!(exponential(&throttled).await.is_err());
    assert_eq!(throttled.pauses(), [5000, 5000]);
}

struct Settings {
    max: u32,
    base: Duration,
    cap: Duration,
    factor: u32,
    failures: u32,
    cooldown: Duration,
    limit: Duration,
    rate: u32,
    calls: u32,
}

impl Settings {
    const MAX: u32 = 2;
    const BASE: Duration = ms(100);
    const FAILURES: u32 = 2;
    const COOLDOWN: Duration = ms(500);
    const NAMED: Retry = Retry::new().max(1);
    const RATE: u32 = 50;

    #[retry(
        max = self.max,
        backoff = exponential(self.base, factor = self.factor, cap = self.cap),
        jitter = none,
        after_max = self.limit
    )]
    async fn fields(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[retry(max = Self::MAX, backoff = constant(Self::BASE), jitter = none)]
    async fn constants(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[retry(Self::NAMED, backoff = none)]
    async fn named(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[circuit(failures = self.failures, cooldown = self.cooldown, probes = self.max)]
    async fn guarded(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[circuit(failures = Self::FAILURES, cooldown = Self::COOLDOWN, probes = 1)]
    async fn guarded_by_constants(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[circuit(
        rate = self.rate,
        window = self.calls,
        min_calls = self.calls,
        slow = self.limit,
        slow_rate = self.rate,
        cooldown = self.cooldown,
        cooldown_factor = self.factor,
        key = &self.max
    )]
    async fn rates(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[circuit(rate = Self::RATE, window = Self::COOLDOWN, min_calls = Self::FAILURES, slow = Self::COOLDOWN, slow_rate = Self::RATE, keys_max = Self::MAX, key = self.max)]
    async fn rates_by_constants(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[timeout(self.limit * 2)]
    #[timeout(self.limit)]
    async fn limited(&self) -> Result<u32, Error> {
        std::future::pending().await
    }

    #[timeout(Self::COOLDOWN)]
    async fn limited_by_a_constant(&self) -> Result<u32, Error> {
        std::future::pending().await
    }

    #[fallback(value = Self::MAX + self.max + n)]
    async fn otherwise(&self, n: u32) -> Result<u32, Error> {
        Err(Error::Gone)
    }
}

fn settings() -> Settings {
    Settings {
        max: 2,
        base: ms(100),
        cap: ms(250),
        factor: 3,
        failures: 2,
        cooldown: ms(500),
        limit: ms(700),
        rate: 50,
        calls: 2,
    }
}

#[tokio::test(start_paused = true)]
async fn fields_and_associated_constants() {
    let it = settings();
    let dependency = Dependency::says("F*");
    assert!(it.fields(&dependency).await.is_err());
    assert_eq!(dependency.pauses(), [100, 250]);
    let dependency = Dependency::says("F*");
    assert!(it.constants(&dependency).await.is_err());
    assert_eq!(dependency.pauses(), [100, 100]);
    let dependency = Dependency::says("F*");
    assert!(it.named(&dependency).await.is_err());
    assert_eq!(dependency.pauses(), [0]);
    assert_eq!(timed(it.limited()).await.1, 700);
    assert_eq!(timed(it.limited_by_a_constant()).await.1, 500);
    assert_eq!(it.otherwise(1).await, Ok(5));
}

#[tokio::test(start_paused = true)]
async fn fields_and_associated_constants_of_a_circuit() {
    let it = settings();
    macro_rules! opens_at_two_and_half_opens_at_500_ms {
        ($($call:ident)*) => {$({
            let dependency = Dependency::says("F*");
            for _ in 0..4 {
                assert!(it.$call(&dependency).await.is_err());
            }
            assert_eq!(dependency.runs(), 2, stringify!($call));
            tokio::time::advance(ms(499)).await;
            assert!(it.$call(&dependency).await.unwrap_err().is_circuit_open());
            tokio::time::advance(ms(1)).await;
            assert_eq!(it.$call(&dependency).await, Err(Error::Busy), "{}", stringify!($call));
        })*};
    }
    opens_at_two_and_half_opens_at_500_ms!(guarded guarded_by_constants rates);
    let dependency = Dependency::says("F*");
    for _ in 0..4 {
        assert!(it.rates_by_constants(&dependency).await.is_err());
    }
    assert_eq!(dependency.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn arguments_as_values() {
    #[retry(max = max.min(5), backoff = constant(Duration::from_millis(wait)), jitter = none)]
    async fn call(dependency: &Dependency, max: u32, wait: u64) -> Result<u32, Error> {
        dependency.call().await
    }
    #[timeout(if fast { Duration::from_millis(10) } else { Duration::from_secs(1) })]
    async fn branches(fast: bool) -> Result<u32, Error> {
        std::future::pending().await
    }
    #[timeout(deadlines.iter().copied().min().unwrap_or(Duration::from_secs(1)))]
    async fn computed(deadlines: Vec<Duration>) -> Result<u32, Error> {
        drop(deadlines);
        std::future::pending().await
    }
    #[retry(max = limits[0], backoff = none)]
    async fn indexed(dependency: Dependency2, limits: [u32; 2]) -> Result<u32, Error> {
        dependency.0.call().await
    }
    let dependency = Dependency::says("F*");
    assert!(call(&dependency, 2, 30).await.is_err());
    assert_eq!(dependency.pauses(), [30, 30]);
    assert_eq!(timed(branches(true)).await.1, 10);
    assert_eq!(timed(branches(false)).await.1, 1000);
    assert_eq!(timed(computed(vec![ms(9), ms(4)])).await.1, 4);
    let dependency = Dependency2(std::sync::Arc::new(Dependency::says("F*")));
    assert!(indexed(dependency.clone(), [1, 9]).await.is_err());
    assert_eq!(dependency.0.runs(), 2);
}

#[derive(Clone)]
struct Dependency2(std::sync::Arc<Dependency>);

static SHARED: Circuit = Circuit::new("contract-shared")
    .failures(2)
    .cooldown(ms(500))
    .probes(1);
static BUDGET: RetryBudget = RetryBudget::new();

mod elsewhere {
    use resilience::{Circuit, RetryBudget};

    pub(super) static PAYMENTS: Circuit = Circuit::new("contract-payments").failures(1);
    pub(super) static TRIES: RetryBudget = RetryBudget::new().capacity(5);
}

#[tokio::test(start_paused = true)]
async fn state_that_is_defined_elsewhere() {
    #[retry(max = 9, backoff = none, budget = elsewhere::TRIES)]
    async fn budgeted(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 2, backoff = none, budget = BUDGET)]
    #[circuit(elsewhere::PAYMENTS, on = _)]
    async fn guarded(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[circuit(SHARED)]
    #[circuit(elsewhere::PAYMENTS)]
    async fn twice(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(budgeted(&dependency).await, Err(Error::Busy));
    assert_eq!(dependency.runs(), 2, "five tokens are one retry");
    let dependency = Dependency::says("N*");
    assert_eq!(guarded(&dependency).await, Err(Error::Gone));
    assert!(guarded(&dependency).await.unwrap_err().is_circuit_open());
    assert!(twice(&dependency).await.unwrap_err().is_circuit_open());
    assert_eq!(dependency.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_name_on_any_attribute_names_the_site() {
    #[retry(max = 0, name = "by.retry")]
    #[timeout(1s)]
    async fn by_retry() -> Result<(), Rejection> {
        std::future::pending().await
    }
    #[timeout(1s)]
    #[circuit(failures = 1, name = "by.circuit")]
    async fn by_circuit() -> Result<(), Rejection> {
        std::future::pending().await
    }
    #[fallback(again(error), name = "by.fallback")]
    #[timeout(1s)]
    async fn by_fallback() -> Result<(), Rejection> {
        std::future::pending().await
    }
    async fn again(error: Rejection) -> Result<(), Rejection> {
        Err(error)
    }
    #[resilience::saga(name = "by.saga")]
    #[timeout(1s)]
    async fn by_saga() -> Result<(), Rejection> {
        std::future::pending().await
    }
    async fn undo(output: &()) -> Result<(), Rejection> {
        let () = output;
        Ok(())
    }
    #[resilience::compensate(undo, name = "by.compensate")]
    #[timeout(1s)]
    async fn by_compensate() -> Result<(), Rejection> {
        std::future::pending().await
    }
    #[timeout(1s)]
    #[circuit(key = id, failures = 1, name = "by.key")]
    async fn by_key(id: u32) -> Result<(), Rejection> {
        let _ = id;
        std::future::pending().await
    }
    assert_eq!(by_retry().await.unwrap_err().site(), "by.retry");
    assert_eq!(by_circuit().await.unwrap_err().site(), "by.circuit");
    assert_eq!(by_circuit().await.unwrap_err().site(), "by.circuit");
    assert_eq!(by_fallback().await.unwrap_err().site(), "by.fallback");
    assert_eq!(by_saga().await.unwrap_err().site(), "by.saga");
    assert_eq!(by_compensate().await.unwrap_err().site(), "by.compensate");
    assert_eq!(by_key(1).await.unwrap_err().site(), "by.key");
    let names: Vec<_> = resilience::circuits()
        .iter()
        .map(resilience::CircuitHandle::name)
        .collect();
    assert!(
        names.contains(&"by.circuit") && names.contains(&"by.key"),
        "{names:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_name_it_is_module_and_function() {
    #[timeout(1s)]
    async fn waits_for_ever() -> Result<(), Rejection> {
        std::future::pending().await
    }
    assert_eq!(
        waits_for_ever().await.unwrap_err().site(),
        "contract::values::waits_for_ever"
    );
}

#[tokio::test(start_paused = true)]
async fn crate_path_on_any_attribute() {
    #[retry(max = 1, backoff = none, crate = ::resilience)]
    #[timeout(1s)]
    async fn first(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 1, backoff = none)]
    #[timeout(1s, crate = resilience)]
    async fn second(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(first(&Dependency::says("FS")).await, Ok(2));
    assert_eq!(second(&Dependency::says("FS")).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn predicates_in_every_form() {
    fn is_busy(error: &Error) -> bool {
        matches!(error, Error::Busy)
    }
    struct Rules {
        retries: bool,
    }
    impl Rules {
        fn may(error: &Error) -> bool {
            is_busy(error)
        }
        fn says(&self, error: &Error) -> bool {
            self.retries && is_busy(error)
        }
        #[retry(max = 2, backoff = none, when = Self::may)]
        async fn associated(&self, dependency: &Dependency) -> Result<u32, Error> {
            dependency.call().await
        }
        #[retry(max = 2, backoff = none, when = |error| self.says(error))]
        async fn method(&self, dependency: &Dependency) -> Result<u32, Error> {
            dependency.call().await
        }
    }
    #[retry(max = 2, backoff = none, when = is_busy)]
    async fn path(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 2, backoff = none, when = |error: &Error| ids.contains(&id) && is_busy(error))]
    async fn captures(dependency: &Dependency, id: u32, ids: Vec<u32>) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 3, backoff = none, on = Error::Busy | Error::Lost, on_ok = |value| *value < at_least)]
    async fn values(dependency: &Dependency, at_least: u32) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 3, backoff = none, on = _, when = is_busy, on_ok = |value: &u32| *value < 3)]
    async fn all_three(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let it = Rules { retries: true };
    let not = Rules { retries: false };
    assert_eq!(it.associated(&Dependency::says("FFS")).await, Ok(3));
    assert_eq!(it.method(&Dependency::says("FFS")).await, Ok(3));
    assert_eq!(not.method(&Dependency::says("FFS")).await, Err(Error::Busy));
    assert_eq!(path(&Dependency::says("FFS")).await, Ok(3));
    assert_eq!(path(&Dependency::says("FL")).await, Err(Error::Lost));
    assert_eq!(
        captures(&Dependency::says("FS"), 1, vec![1, 2]).await,
        Ok(2)
    );
    assert_eq!(
        captures(&Dependency::says("FS"), 3, vec![1, 2]).await,
        Err(Error::Busy)
    );
    assert_eq!(values(&Dependency::says("SFS"), 3).await, Ok(3));
    assert_eq!(
        values(&Dependency::says("SSSS"), 9).await,
        Ok(4),
        "the last value"
    );
    assert_eq!(
        values(&Dependency::says("SSSF"), 9).await,
        Err(Error::Busy),
        "the last error"
    );
    assert_eq!(values(&Dependency::says("SN"), 9).await, Err(Error::Gone));
    assert_eq!(all_three(&Dependency::says("SFSS")).await, Ok(3));
    assert_eq!(all_three(&Dependency::says("SLS")).await, Err(Error::Lost));
}

#[tokio::test(start_paused = true)]
async fn a_value_is_looked_at_once_for_each_call() {
    #[retry(max = { runs.add(); 2 }, backoff = none)]
    async fn call(dependency: &Dependency, runs: &Count) -> Result<u32, Error> {
        dependency.call().await
    }
    let runs = Count::default();
    assert_eq!(call(&Dependency::says("FFS"), &runs).await, Ok(3));
    assert_eq!(runs.get(), 1);
}

struct Code {
    code: u16,
}

trait Numbers {
    const MAX: u32;
}

struct Service;

impl Numbers for Service {
    const MAX: u32 = 1;
}

impl Service {
    #[retry(max = <Self as Numbers>::MAX, backoff = none)]
    async fn qualified(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    #[fallback(Self::second)]
    async fn first(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }

    async fn second(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
}

#[tokio::test(start_paused = true)]
async fn patterns_over_any_error_type_and_paths_of_any_form() {
    #[retry(max = 1, on = Code { code: 500..=599 }, backoff = none,)]
    async fn range(runs: &Count, code: u16) -> Result<u32, Code> {
        runs.add();
        Err(Code { code })
    }
    #[retry(max = 1, on = 5 | 7, backoff = none)]
    async fn literal(runs: &Count) -> Result<u32, i32> {
        runs.add();
        Err(5)
    }
    #[retry(max = 1, on = Err(_), backoff = none)]
    async fn nested(runs: &Count) -> Result<u32, Result<u8, u8>> {
        runs.add();
        Err(Err(1))
    }
    #[retry()]
    #[circuit()]
    #[resilience::saga()]
    async fn empty(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let runs = Count::default();
    assert!(range(&runs, 503).await.is_err());
    assert!(range(&runs, 404).await.is_err());
    assert!(literal(&runs).await.is_err());
    assert!(nested(&runs).await.is_err());
    assert_eq!(runs.get(), 7);
    assert_eq!(empty(&Dependency::says("FS")).await, Ok(2));
    assert_eq!(Service.qualified(&Dependency::says("FS")).await, Ok(2));
    assert_eq!(Service::first(&Dependency::says("FS")).await, Ok(2));
}
