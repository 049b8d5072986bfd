//! A hedge among other layers, and on functions of every shape.

use std::{sync::Arc, time::Duration};

use resilience::{
    Circuit, Rejection, StepOutcome, circuit, compensate, fallback, hedge, retry, saga, timeout,
};
use tokio::time::sleep;

use crate::{
    dependency::{Count, Dependency, Error, ms, timed},
    events::Events,
};

#[tokio::test(start_paused = true)]
async fn a_timeout_below_limits_each_attempt_and_above_all_of_them() {
    #[timeout(200ms)]
    #[hedge(after = 50ms, max = 2, budget = none)]
    #[timeout(120ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("H*");
    let (result, took) = timed(call(&dependency)).await;
    // The last attempt is cut off by the outer limit, the others by their own.
    assert_eq!(result.unwrap_err().limit(), Some(ms(200)));
    assert_eq!((dependency.runs(), took), (3, 200));
}

#[tokio::test(start_paused = true)]
async fn no_attempt_starts_that_could_not_run_before_the_limit() {
    #[timeout(limit)]
    #[hedge(after = 50ms, max = 3, budget = none)]
    async fn call(dependency: &Dependency, limit: Duration) -> Result<u32, Error> {
        sleep(ms(20)).await;
        dependency.call().await
    }
    for (limit, runs) in [(151, 3), (220, 4)] {
        let dependency = Dependency::says("H*");
        let result = call(&dependency, ms(limit)).await;
        assert!(result.is_err());
        assert_eq!(dependency.runs(), runs, "{limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hedge_that_a_retry_begins_late_has_less_time() {
    #[timeout(100ms)]
    #[retry(max = 1, backoff = constant(40ms), jitter = none, on = _)]
    #[hedge(after = 60ms, budget = none)]
    async fn late(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FH*");
    assert!(late(&dependency).await.unwrap_err().is_timed_out());
    assert_eq!(dependency.runs(), 2, "a hedge would start with the end");
}

#[tokio::test(start_paused = true)]
async fn a_retry_above_runs_all_of_it_again() {
    #[retry(max = 1, backoff = none)]
    #[hedge(after = 50ms, budget = none)]
    async fn above(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(60), "FFSS");
    assert_eq!(timed(above(&dependency)).await, (Ok(3), 110 + 60));
}

#[tokio::test(start_paused = true)]
async fn a_retry_below_runs_in_each_attempt() {
    #[hedge(after = 50ms, budget = none)]
    #[retry(max = 1, backoff = none)]
    async fn below(n: u32, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await.map(|run| run + n)
    }
    let dependency = Dependency::taking(ms(30), "FHS");
    // 30 ms, then the retry hangs; the hedge of 50 ms answers.
    assert_eq!(timed(below(10, &dependency)).await, (Ok(13), 80));
}

#[tokio::test(start_paused = true)]
async fn a_fallback_above_answers_when_all_have_failed() {
    async fn other(n: u64, _: &Dependency) -> Result<u32, Error> {
        Ok(u32::try_from(n).unwrap())
    }
    #[fallback(other)]
    #[hedge(after = 50ms, budget = none)]
    async fn call(n: u64, dependency: &Dependency) -> Result<u32, Error> {
        sleep(ms(n)).await;
        dependency.call().await
    }
    let dependency = Dependency::says("FF");
    assert_eq!(timed(call(70, &dependency)).await, (Ok(70), 120));
    assert_eq!(dependency.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_for_some_errors_may_stand_below() {
    #[hedge(after = 50ms, budget = none)]
    #[fallback(value = 100 + n, on = Error::Gone)]
    async fn call(n: u32, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(5, &Dependency::says("N")).await, Ok(105));
    assert_eq!(call(5, &Dependency::says("HN")).await, Ok(105));
    assert_eq!(call(5, &Dependency::says("F")).await, Err(Error::Busy));
}

#[tokio::test(start_paused = true)]
async fn a_circuit_below_counts_attempts_and_losers_are_neutral() {
    #[hedge(after = 50ms, budget = none)]
    #[circuit(failures = 2, name = "hedge.below", on = _)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let circuit = || {
        let mut all = resilience::circuits().into_iter();
        all.find(|circuit| circuit.name() == "hedge.below").unwrap()
    };
    for _ in 0..5 {
        assert_eq!(call(&Dependency::says("HS")).await, Ok(2));
    }
    assert_eq!(circuit().state(), resilience::State::Closed);
    let dependency = Dependency::taking(ms(60), "FF");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!(circuit().state(), resilience::State::Open);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_inside_one_attempt_is_no_refusal_of_another() {
    static INNER: Circuit = Circuit::new("hedge.inner");

    // Two circuits look at what happened: the outer one must count the failure of the first
    // attempt although the second was rejected in between.
    #[circuit(failures = 1, name = "hedge.outer", on = _)]
    #[hedge(after = 50ms, budget = none)]
    #[circuit(INNER)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(60), "FF");
    let opened = async {
        sleep(ms(10)).await;
        INNER.force_open();
    };
    let (outcome, ()) = tokio::join!(call(&dependency), opened);
    assert_eq!(outcome, Err(Error::Busy));
    assert_eq!(dependency.runs(), 1);
    let mut all = resilience::circuits().into_iter();
    let outer = all.find(|circuit| circuit.name() == "hedge.outer").unwrap();
    assert_eq!(outer.state(), resilience::State::Open);
}

#[tokio::test(start_paused = true)]
async fn a_step_holds_all_of_its_attempts_and_remembers_their_doubt() {
    async fn undo(undone: &Count, outcome: StepOutcome<&u32>) -> Result<(), Error> {
        assert_eq!(outcome, StepOutcome::Maybe);
        undone.add();
        Ok(())
    }
    #[compensate(undo(undone, outcome))]
    #[hedge(after = 50ms, budget = none)]
    async fn step(undone: &Count, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[saga]
    async fn order(undone: &Count, dependency: &Dependency) -> Result<u32, Error> {
        step(undone, dependency).await
    }
    for (line, undone) in [("LF", 1), ("FF", 0), ("FL", 1)] {
        let (count, dependency) = (Count::default(), Dependency::taking(ms(60), line));
        assert!(order(&count, &dependency).await.is_err());
        assert_eq!(count.get(), undone, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_that_breaks_a_rule_is_refused_before_the_body_runs() {
    #[timeout(100ms)]
    #[hedge(after = after, max = 2)]
    async fn call(after: Duration, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("S*");
    for after in [0, 50] {
        let error = call(ms(after), &dependency).await.unwrap_err();
        let Error::Rejected(Rejection::Misconfigured { reason, .. }) = error else {
            panic!("refused, not {error:?}");
        };
        assert!(
            reason.starts_with(if after == 0 { "R002" } else { "R028" }),
            "{reason}"
        );
    }
    assert_eq!(dependency.runs(), 0);
    assert!(call(ms(49), &dependency).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn patterns_and_mut_arguments_through_two_layers_with_attempts() {
    #[hedge(after = 50ms, budget = none)]
    #[retry(max = 1, backoff = none)]
    async fn hedged((a, b): (u32, u32), mut n: u32, [c]: &[u32; 1]) -> Result<u32, Error> {
        n += 1;
        Ok(a + b + n + c)
    }
    assert_eq!(hedged((1, 2), 3, &[4]).await, Ok(11));
}

#[tokio::test(start_paused = true)]
async fn patterns_and_mut_arguments_the_other_way_round() {
    #[retry(max = 1, backoff = none)]
    #[hedge(after = 50ms, budget = none)]
    async fn retried(
        (a, b): (u32, u32),
        mut n: u32,
        [c]: &[u32; 1],
        dependency: &Dependency,
    ) -> Result<u32, Error> {
        n += 1;
        Ok(dependency.call().await? + a + b + n + c)
    }
    let dependency = Dependency::says("FHS");
    assert_eq!(retried((1, 2), 3, &[4], &dependency).await, Ok(14));
}

#[derive(Debug, Clone)]
struct Client {
    dependency: Arc<Dependency>,
}

impl Client {
    #[hedge(after = 50ms, budget = none)]
    async fn by_reference(&self, (a, b): (u32, u32)) -> Result<u32, Error> {
        self.dependency.call().await.map(|run| run + a + b)
    }

    #[hedge(after = 50ms, budget = none)]
    async fn by_value(self) -> Result<u32, Error> {
        self.dependency.call().await
    }

    #[hedge(after = 50ms, budget = none)]
    async fn shared(self: Arc<Self>) -> Result<u32, Error> {
        self.dependency.call().await
    }

    #[timeout(10s)]
    #[hedge(after = 50ms, budget = none)]
    #[timeout(1s)]
    #[retry(max = 1, backoff = none)]
    async fn in_between(self, more: Vec<u32>) -> Result<u32, Error> {
        self.dependency
            .call()
            .await
            .map(|run| run + more.iter().sum::<u32>())
    }

    #[hedge(after = 50ms, budget = none)]
    fn a_future(&self) -> impl Future<Output = Result<u32, Error>> + Send {
        self.dependency.call()
    }

    fn new(line: &str) -> Self {
        let dependency = Arc::new(Dependency::says(line));
        Self { dependency }
    }
}

/// A receiver that is copied, whose fields are used one by one.
#[derive(Clone, Copy)]
struct Small<'a> {
    runs: &'a Count,
    n: u32,
}

impl Small<'_> {
    #[hedge(after = 50ms, budget = none)]
    #[retry(max = 1, backoff = none)]
    async fn call(self) -> Result<u32, Error> {
        sleep(ms(if self.runs.add() == 2 { 1 } else { 1000 })).await;
        Ok(self.n)
    }

    #[timeout(5s)]
    #[hedge(after = 50ms, budget = none)]
    async fn alone(self) -> Result<u32, Error> {
        sleep(ms(if self.runs.add() == 2 { 1 } else { 1000 })).await;
        Ok(self.n)
    }
}

#[tokio::test(start_paused = true)]
async fn methods_with_every_receiver_that_is_not_mutable() {
    assert_eq!(Client::new("HS").by_reference((10, 20)).await, Ok(32));
    assert_eq!(Client::new("HS").by_value().await, Ok(2));
    assert_eq!(Arc::new(Client::new("HS")).shared().await, Ok(2));
    assert_eq!(Client::new("HFS").in_between(vec![1, 2]).await, Ok(6));
    assert_eq!(Client::new("HS").a_future().await, Ok(2));
    let runs = &Count::default();
    assert_eq!(Small { runs, n: 7 }.call().await, Ok(7));
    let runs = &Count::default();
    assert_eq!(Small { runs, n: 7 }.alone().await, Ok(7));
}

#[async_trait::async_trait]
trait Search {
    async fn search(&self, text: String) -> Result<u32, Error>;
}

#[async_trait::async_trait]
impl Search for Client {
    #[hedge(after = 50ms, budget = none)]
    async fn search(&self, text: String) -> Result<u32, Error> {
        let run = self.dependency.call().await?;
        Ok(run + u32::try_from(text.len()).unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn under_async_trait() {
    let client: Box<dyn Search> = Box::new(Client::new("HS"));
    assert_eq!(client.search("abc".into()).await, Ok(5));
}

#[tokio::test(start_paused = true)]
async fn generic_functions_and_impl_trait_arguments() {
    #[hedge(after = 50ms, budget = none)]
    async fn call<T: Clone + Into<u32>, const N: u32>(
        n: T,
        more: impl Fn() -> u32 + Clone,
        dependency: &Dependency,
    ) -> Result<u32, Error> {
        Ok(dependency.call().await? + n.into() + more() + N)
    }
    let dependency = Dependency::says("HS");
    let outcome = call::<_, 1000>(10_u8, || 100, &dependency);
    assert_eq!(outcome.await, Ok(1112));
}

#[tokio::test(start_paused = true)]
async fn policies_have_names() {
    const SEARCH: resilience::Hedge = resilience::Hedge::new().after(ms(50)).max(2).no_budget();

    #[hedge(SEARCH)]
    async fn named(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(timed(named(&Dependency::says("HHS"))).await, (Ok(3), 100));
}

#[tokio::test(start_paused = true)]
async fn keys_override_a_named_policy() {
    const SEARCH: resilience::Hedge = resilience::Hedge::new().after(ms(50)).max(2).no_budget();

    #[hedge(SEARCH, max = 1, name = "hedge.named")]
    async fn overridden(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(500), "S*");
    assert!(overridden(&dependency).await.is_ok());
    assert_eq!(dependency.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn values_may_use_the_arguments() {
    #[hedge(after = Duration::from_millis(wait), max = more, budget = none)]
    async fn expressions(wait: u64, more: u32, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("HHS");
    let outcome = expressions(30, 2, &dependency);
    assert_eq!(timed(outcome).await, (Ok(3), 60));
}

#[tokio::test(start_paused = true)]
async fn events_carry_the_correlation_id() {
    #[hedge(after = 50ms, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let events = Events::collect();
    let context = resilience::Context::new().correlation_id("req-9");
    assert_eq!(context.scope(call(&Dependency::says("HS"))).await, Ok(2));
    let tagged = events.lines().into_iter();
    assert_eq!(tagged.filter(|line| line.contains("req-9")).count(), 2);
}

#[test]
fn the_error_needs_neither_a_class_nor_a_place_for_rejections() {
    #[hedge(after = 50ms)]
    async fn call() -> Result<u32, std::num::ParseIntError> {
        "7".parse()
    }
    let outcome = futures::FutureExt::now_or_never(call());
    assert_eq!(outcome, Some(Ok(7)));
}
