//! §5: the circuit.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt as _;
use resilience::{
    Circuit, Classify, Rejection, State, circuit, circuits, compensate, retry, timeout,
};

use crate::dependency::{Dependency, Error, ms};

fn rest(error: &Error) -> Option<u128> {
    match error {
        Error::Rejected(rejection) if rejection.is_circuit_open() => {
            assert_eq!(rejection.classify().after, rejection.retry_after());
            rejection.retry_after().map(|rest| rest.as_millis())
        }
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn the_rejection_tells_the_rest_of_the_cooldown_and_ends_at_exactly_that_instant() {
    #[circuit(failures = 2, cooldown = 30s, probes = 1)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FFS");
    for _ in 0..2 {
        assert_eq!(call(&dependency).await, Err(Error::Busy));
    }
    assert_eq!(rest(&call(&dependency).await.unwrap_err()), Some(30_000));
    tokio::time::advance(ms(29_999)).await;
    assert_eq!(rest(&call(&dependency).await.unwrap_err()), Some(1));
    tokio::time::advance(ms(1)).await;
    assert_eq!(call(&dependency).await, Ok(3));
}

static PAYMENTS: Circuit = Circuit::new("payments")
    .failures(5)
    .cooldown(ms(1000))
    .cooldown_factor(2)
    .probes(2);

#[tokio::test(start_paused = true)]
async fn the_cooldown_grows_by_its_factor_and_closing_begins_anew() {
    #[circuit(PAYMENTS)]
    async fn pay(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FFFFFFFSSFFFFFS");
    for _ in 0..5 {
        assert_eq!(PAYMENTS.state(), State::Closed);
        assert_eq!(pay(&dependency).await, Err(Error::Busy));
    }
    assert_eq!(PAYMENTS.state(), State::Open);
    for cooldown in [1000, 2000, 4000] {
        assert_eq!(rest(&pay(&dependency).await.unwrap_err()), Some(cooldown));
        tokio::time::advance(ms(u64::try_from(cooldown).unwrap())).await;
        if cooldown < 4000 {
            assert_eq!(
                pay(&dependency).await,
                Err(Error::Busy),
                "the first failure reopens"
            );
            assert_eq!(PAYMENTS.state(), State::Open);
        }
    }
    assert!(pay(&dependency).await.is_ok());
    assert_eq!(PAYMENTS.state(), State::HalfOpen, "one of two probes");
    assert!(pay(&dependency).await.is_ok());
    assert_eq!(PAYMENTS.state(), State::Closed);
    for _ in 0..5 {
        assert_eq!(pay(&dependency).await, Err(Error::Busy));
    }
    assert_eq!(rest(&pay(&dependency).await.unwrap_err()), Some(1000));
}

#[tokio::test(start_paused = true)]
async fn at_most_so_many_probes_at_once() {
    #[circuit(failures = 1, cooldown = 1s, probes = 2)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let first = Dependency::says("F");
    assert!(call(&first).await.is_err());
    tokio::time::advance(ms(1000)).await;
    let hangs = Dependency::says("HH");
    let mut one = Box::pin(call(&hangs));
    let mut two = Box::pin(call(&hangs));
    assert!(one.as_mut().now_or_never().is_none());
    assert!(two.as_mut().now_or_never().is_none());
    assert!(call(&hangs).await.unwrap_err().is_circuit_open());
    drop(one);
    assert_eq!(
        call(&Dependency::says("S")).await,
        Ok(1),
        "a dropped probe gives its place back"
    );
    assert_eq!(call(&Dependency::says("S")).await, Ok(1));
    drop(two);
    assert_eq!(
        call(&Dependency::says("F")).await,
        Err(Error::Busy),
        "closed after two"
    );
}

#[tokio::test(start_paused = true)]
async fn defaults() {
    #[circuit]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FSFSFSFSFSFSFSFSFSFS");
    for _ in 0..20 {
        assert!(!matches!(call(&dependency).await, Err(Error::Rejected(_))));
    }
    let open = call(&dependency).await.unwrap_err();
    assert_eq!(
        rest(&open),
        Some(30_000),
        "half of twenty, the last of them a success"
    );
}

#[tokio::test(start_paused = true)]
async fn min_calls_defaults_to_the_smaller_of_20_and_the_window() {
    #[circuit(rate = 50%, window = 4)]
    async fn small(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[circuit(rate = 50%, window = 1m)]
    async fn time(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    for n in 1..=5 {
        assert_eq!(
            small(&dependency).await.unwrap_err().is_circuit_open(),
            n > 4
        );
    }
    for n in 1..=21 {
        assert_eq!(
            time(&dependency).await.unwrap_err().is_circuit_open(),
            n > 20
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_is_an_answer_a_timeout_above_is_a_failure_and_so_is_a_panic() {
    #[timeout(1s)]
    #[circuit(failures = 2)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FNHP");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!(
        call(&dependency).await,
        Err(Error::Gone),
        "counts as a success"
    );
    assert!(call(&dependency).await.unwrap_err().is_timed_out());
    assert!(
        AssertUnwindSafe(call(&dependency))
            .catch_unwind()
            .await
            .is_err()
    );
    assert!(call(&dependency).await.unwrap_err().is_circuit_open());
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_is_a_failure_where_failures_are_counted() {
    #[circuit(failures = 2, slow = 2s)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let fast = Dependency::taking(ms(1999), "S*");
    let slow = Dependency::taking(ms(2000), "S*");
    for _ in 0..5 {
        assert!(call(&fast).await.is_ok());
    }
    assert!(call(&slow).await.is_ok());
    assert!(call(&slow).await.is_ok());
    assert!(call(&slow).await.unwrap_err().is_circuit_open());
}

static OPERATED: Circuit = Circuit::new("contract-operated")
    .rate(50)
    .window(10)
    .min_calls(2)
    .cooldown(ms(1000));

#[tokio::test(start_paused = true)]
async fn operators_see_and_force_it() {
    #[circuit(OPERATED)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("SFFS*");
    assert_eq!(call(&dependency).await, Ok(1));
    let listed = || {
        let all = circuits();
        all.into_iter()
            .find(|circuit| circuit.name() == "contract-operated")
    };
    let handle = listed().expect("it is listed");
    assert_eq!(handle.state(), State::Closed);
    handle.force_open();
    assert_eq!(handle.state(), State::ForcedOpen);
    assert_eq!(OPERATED.state(), State::ForcedOpen);
    let rejected = call(&dependency).await.unwrap_err();
    assert!(rejected.is_circuit_open());
    assert_eq!(rest(&rejected), None, "no cooldown ends it");
    tokio::time::advance(ms(100_000)).await;
    assert!(call(&dependency).await.unwrap_err().is_circuit_open());
    OPERATED.force_closed();
    assert_eq!(OPERATED.state(), State::ForcedClosed);
    for _ in 0..2 {
        assert_eq!(call(&dependency).await, Err(Error::Busy));
    }
    assert_eq!(OPERATED.state(), State::ForcedClosed);
    OPERATED.reset();
    assert_eq!(OPERATED.state(), State::Closed);
    assert!(
        call(&dependency).await.is_ok(),
        "what was forced through is forgotten"
    );
    let counters = listed().unwrap().counters();
    assert_eq!(counters.rejected, 2);
    assert_eq!(counters.successes, 2);
}

#[tokio::test(start_paused = true)]
async fn a_circuit_that_an_operator_forces_before_its_first_call_is_listed() {
    static FORCED: Circuit = Circuit::new("contract-forced");
    FORCED.force_open();
    assert!(
        circuits()
            .iter()
            .any(|circuit| circuit.name() == "contract-forced")
    );
    FORCED.reset();
}

#[tokio::test(start_paused = true)]
async fn keys_in_many_forms() {
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct Tenant {
        name: String,
    }
    struct Client {
        host: String,
    }
    impl Client {
        #[circuit(failures = 1, key = self.host)]
        async fn by_field(&self, dependency: &Dependency) -> Result<u32, Error> {
            dependency.call().await
        }
        #[circuit(failures = 1, key = &self.host)]
        async fn by_borrowed_field(&self, dependency: &Dependency) -> Result<u32, Error> {
            dependency.call().await
        }
    }
    #[circuit(failures = 1, key = host)]
    async fn by_str(dependency: &Dependency, host: &str) -> Result<u32, Error> {
        let _ = host;
        dependency.call().await
    }
    #[circuit(failures = 1, key = (tenant, *shard))]
    async fn by_tuple(dependency: &Dependency, tenant: &str, shard: &u8) -> Result<u32, Error> {
        let _ = (tenant, shard);
        dependency.call().await
    }
    #[circuit(failures = 1, key = format!("{host}:{port}"))]
    async fn by_text(dependency: &Dependency, host: &str, port: u16) -> Result<u32, Error> {
        let _ = (host, port);
        dependency.call().await
    }
    #[circuit(failures = 1, key = tenant)]
    async fn by_struct(dependency: &Dependency, tenant: &Tenant) -> Result<u32, Error> {
        let _ = tenant;
        dependency.call().await
    }
    #[circuit(failures = 1, key = tenant.clone())]
    async fn by_owned_struct(dependency: Arc<Dependency>, tenant: Tenant) -> Result<u32, Error> {
        drop(tenant);
        dependency.call().await
    }
    #[circuit(failures = 1, key = id)]
    async fn by_number(dependency: &Dependency, id: u64) -> Result<u32, Error> {
        let _ = id;
        dependency.call().await
    }
    #[circuit(failures = 1, key = id)]
    async fn by_option(dependency: &Dependency, id: Option<&str>) -> Result<u32, Error> {
        let _ = id;
        dependency.call().await
    }
    #[circuit(failures = 1, key = host.as_ref())]
    async fn by_as_ref(dependency: &Dependency, host: impl AsRef<str>) -> Result<u32, Error> {
        let _ = host;
        dependency.call().await
    }
    #[circuit(failures = 1, key = bytes)]
    async fn by_slice(dependency: &Dependency, bytes: &[u8]) -> Result<u32, Error> {
        let _ = bytes;
        dependency.call().await
    }
    let fails = &Dependency::says("F*");
    macro_rules! apart {
        ($($a:expr, $b:expr;)*) => {$(
            assert_eq!($a.await, Err(Error::Busy));
            assert!($a.await.unwrap_err().is_circuit_open(), stringify!($a));
            assert_eq!($b.await, Err(Error::Busy), stringify!($b));
        )*};
    }
    let client = |host: &str| Client {
        host: host.to_owned(),
    };
    let tenant = |name: &str| Tenant {
        name: name.to_owned(),
    };
    let shared = Arc::new(Dependency::says("F*"));
    apart! {
        client("a").by_field(fails), client("b").by_field(fails);
        client("a").by_borrowed_field(fails), client("b").by_borrowed_field(fails);
        by_str(fails, "a"), by_str(fails, "b");
        by_tuple(fails, "a", &1), by_tuple(fails, "a", &2);
        by_text(fails, "a", 1), by_text(fails, "a", 2);
        by_struct(fails, &tenant("a")), by_struct(fails, &tenant("b"));
        by_owned_struct(shared.clone(), tenant("a")), by_owned_struct(shared.clone(), tenant("b"));
        by_number(fails, 1), by_number(fails, 2);
        by_option(fails, Some("a")), by_option(fails, None);
        by_as_ref(fails, "a"), by_as_ref(fails, "b".to_owned());
        by_slice(fails, &[1]), by_slice(fails, &[1, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn keyed_state_is_bounded_and_a_failing_key_is_not_evicted() {
    #[circuit(failures = 1, key = id, keys_max = max, name = "contract-few-keys")]
    async fn call(dependency: &Dependency, id: u32, max: u32) -> Result<u32, Error> {
        let _ = (id, max);
        dependency.call().await
    }
    let fails = Dependency::says("F");
    assert!(call(&fails, 0, 3).await.is_err());
    let works = Dependency::says("S*");
    for id in 1..50 {
        assert!(call(&works, id, 3).await.is_ok());
    }
    assert!(call(&works, 0, 3).await.unwrap_err().is_circuit_open());
    let all = circuits();
    let mine = all
        .iter()
        .filter(|circuit| circuit.name() == "contract-few-keys");
    assert!((1..=3).contains(&mine.count()));
}

#[tokio::test(start_paused = true)]
async fn a_circuit_inside_a_retry_and_the_class_of_its_rejection() {
    #[retry(max = 5, backoff = none)]
    #[circuit(failures = 2)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert!(call(&dependency).await.unwrap_err().is_circuit_open());
    assert_eq!(
        dependency.runs(),
        2,
        "an open circuit is permanent: no further attempt"
    );
}

#[tokio::test(start_paused = true)]
async fn the_state_belongs_to_the_function_and_not_to_the_call() {
    async fn undo(output: &u32) -> Result<(), Rejection> {
        let _ = output;
        Ok(())
    }
    #[compensate(undo)]
    #[circuit(failures = 1)]
    async fn generic<T: Send + Sync>(value: &T, dependency: &Dependency) -> Result<u32, Error> {
        let _ = value;
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert!(generic(&1_u8, &dependency).await.is_err());
    assert!(
        generic(&"s", &dependency)
            .await
            .unwrap_err()
            .is_circuit_open()
    );
}
