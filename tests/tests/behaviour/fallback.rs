//! What the contract says about `fallback`, sentence by sentence.

#![allow(clippy::unused_async, reason = "fallbacks are async by contract")]

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use resilience::{Circuit, Rejection, circuit, fallback, retry, timeout};

use crate::dependency::{Count, Dependency, Error, ms, timed};

/// Where the answer came from, in order.
type Trail = Vec<&'static str>;

async fn mirror(trail: &mut Trail, works: u32) -> Result<u32, Error> {
    trail.push("mirror");
    if works == 1 { Ok(1) } else { Err(Error::Lost) }
}

async fn archive(trail: &mut Trail, works: u32) -> Result<u32, Error> {
    trail.push("archive");
    if works == 2 { Ok(2) } else { Err(Error::Gone) }
}

#[fallback(mirror, archive)]
async fn origin(trail: &mut Trail, works: u32) -> Result<u32, Error> {
    trail.push("origin");
    if works == 0 { Ok(0) } else { Err(Error::Busy) }
}

#[tokio::test(start_paused = true)]
async fn a_chain_is_tried_in_order_and_its_last_failure_returned() {
    for (works, result, wanted) in [
        (0, Ok(0), vec!["origin"]),
        (1, Ok(1), vec!["origin", "mirror"]),
        (2, Ok(2), vec!["origin", "mirror", "archive"]),
        (3, Err(Error::Gone), vec!["origin", "mirror", "archive"]),
    ] {
        let mut trail = Trail::new();
        assert_eq!(origin(&mut trail, works).await, result);
        assert_eq!(trail, wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_is_computed_only_when_it_is_needed_and_may_use_arguments() {
    #[fallback(value = made.add() + n)]
    async fn call(dependency: &Dependency, made: &Count, n: u32) -> Result<u32, Error> {
        dependency.call().await
    }
    let made = Count::default();
    assert_eq!(call(&Dependency::says("S"), &made, 10).await, Ok(1));
    assert_eq!(made.get(), 0);
    assert_eq!(call(&Dependency::says("F"), &made, 10).await, Ok(11));
}

#[tokio::test(start_paused = true)]
async fn functions_come_before_the_value() {
    #[fallback(mirror, value = 9)]
    async fn call(trail: &mut Trail, works: u32) -> Result<u32, Error> {
        trail.push("origin");
        if works == 0 { Ok(0) } else { Err(Error::Busy) }
    }
    let mut trail = Trail::new();
    assert_eq!(call(&mut trail, 3).await, Ok(9));
    assert_eq!(trail, ["origin", "mirror"]);
}

/// Neither `Clone` nor `Copy`.
#[derive(Debug, PartialEq)]
struct Precious(String);

#[tokio::test(start_paused = true)]
async fn the_error_is_given_by_value_with_the_arguments_picked() {
    async fn explain(error: Precious, name: &str) -> Result<String, Precious> {
        let Precious(text) = error;
        Ok(format!("{name}: {text}"))
    }
    #[fallback(explain(error, name))]
    async fn call(amount: u32, name: &str) -> Result<String, Precious> {
        Err(Precious(format!("{name} has no {amount}")))
    }
    assert_eq!(call(5, "ann").await, Ok("ann: ann has no 5".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn the_second_of_a_chain_is_given_the_error_of_the_first() {
    async fn first(error: Error) -> Result<Error, Error> {
        assert_eq!(error, Error::Busy);
        Err(Error::Lost)
    }
    async fn second(error: Error) -> Result<Error, Error> {
        Ok(error)
    }
    #[fallback(first(error), second(error))]
    async fn call() -> Result<Error, Error> {
        Err(Error::Busy)
    }
    assert_eq!(call().await, Ok(Error::Lost));
}

#[tokio::test(start_paused = true)]
async fn on_is_asked_again_of_what_the_first_of_a_chain_says() {
    #[fallback(mirror, archive, on = Error::Busy)]
    async fn call(trail: &mut Trail, works: u32) -> Result<u32, Error> {
        trail.push("origin");
        if works == 0 { Ok(0) } else { Err(Error::Busy) }
    }
    let mut trail = Trail::new();
    assert_eq!(call(&mut trail, 2).await, Err(Error::Lost));
    assert_eq!(trail, ["origin", "mirror"]);
}

#[tokio::test(start_paused = true)]
async fn below_a_retry_each_attempt_may_fall_back_with_owned_arguments() {
    async fn other(name: String, (a, b): (u32, u32)) -> Result<String, Error> {
        if name == "x" {
            return Err(Error::Busy);
        }
        Ok(format!("{name} {a} {b}"))
    }
    #[retry(max = 2, backoff = none)]
    #[fallback(other, on = Error::Gone)]
    async fn call(name: String, (a, mut b): (u32, u32)) -> Result<String, Error> {
        b += a;
        drop((name, b));
        Err(Error::Gone)
    }
    assert_eq!(call("y".to_owned(), (1, 2)).await, Ok("y 1 2".to_owned()));
    assert_eq!(call("x".to_owned(), (1, 2)).await, Err(Error::Busy));
}

/// Counts its clones.
#[derive(Debug)]
struct Counted(Count);

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.add();
        Self(self.0.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_fallback_is_given_is_what_the_caller_gave() {
    async fn other(mut list: Vec<u32>, counted: Counted) -> Result<Vec<u32>, Error> {
        drop(counted);
        list.push(2);
        Ok(list)
    }
    #[fallback(other)]
    async fn call(mut list: Vec<u32>, counted: Counted) -> Result<Vec<u32>, Error> {
        drop(counted);
        list.push(1);
        Err(Error::Gone)
    }
    #[fallback(value = Vec::new())]
    async fn unused(list: Vec<u32>, counted: Counted) -> Result<Vec<u32>, Error> {
        drop((list, counted));
        Err(Error::Gone)
    }
    let count = Count::default();
    assert_eq!(call(vec![0], Counted(count.clone())).await, Ok(vec![0, 2]));
    assert_eq!(count.get(), 1, "once, for the one fallback");
    assert_eq!(unused(vec![0], Counted(count.clone())).await, Ok(vec![]));
    assert_eq!(count.get(), 1, "nothing is cloned that no fallback names");
}

#[tokio::test(start_paused = true)]
async fn on_says_which_errors_it_is_for() {
    #[fallback(value = 7, on = Throttled)]
    async fn class(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[fallback(value = 7, on = Error::Gone | Error::Lost)]
    async fn pattern(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[fallback(value = 7, on = _)]
    async fn all(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (line, by_class, by_pattern) in [
        ("F", Err(Error::Busy), Err(Error::Busy)),
        ("L", Err(Error::Lost), Ok(7)),
        ("T", Ok(7), Err(Error::Throttled(None))),
        ("N", Err(Error::Gone), Ok(7)),
    ] {
        assert_eq!(class(&Dependency::says(line)).await, by_class, "{line}");
        assert_eq!(pattern(&Dependency::says(line)).await, by_pattern, "{line}");
        assert_eq!(all(&Dependency::says(line)).await, Ok(7), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_on_it_covers_rejections_too() {
    static CIRCUIT: Circuit = Circuit::new("behaviour::fallback").failures(1);

    async fn tells(error: Error) -> Result<&'static str, Error> {
        match error {
            Error::Rejected(Rejection::TimedOut { .. }) => Ok("timed out"),
            Error::Rejected(Rejection::CircuitOpen { .. }) => Ok("open"),
            Error::Rejected(Rejection::Misconfigured { .. }) => Ok("misconfigured"),
            other => Err(other),
        }
    }
    #[fallback(tells(error))]
    #[circuit(CIRCUIT)]
    #[timeout(50ms)]
    async fn call() -> Result<&'static str, Error> {
        std::future::pending().await
    }
    assert_eq!(timed(call()).await, (Ok("timed out"), 50));
    assert_eq!(timed(call()).await, (Ok("open"), 0));
}

#[tokio::test(start_paused = true)]
async fn below_a_retry_it_answers_for_some_errors_and_leaves_the_others() {
    #[retry(max = 2, backoff = none)]
    #[fallback(value = 7, on = Error::Gone)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FN");
    assert_eq!(call(&dependency).await, Ok(7));
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!(dependency.runs(), 3);
}

#[tokio::test(start_paused = true)]
async fn it_may_have_layers_of_its_own_and_lies_within_those_above() {
    #[retry(max = 1, backoff = none)]
    #[timeout(100ms)]
    async fn other(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[timeout(limit)]
    #[fallback(other(dependency))]
    async fn call(dependency: &Dependency, limit: Duration) -> Result<u32, Error> {
        let _ = (dependency, limit);
        Err(Error::Gone)
    }
    let hangs = Dependency::says("H*");
    let (result, took) = timed(call(&hangs, ms(1000))).await;
    assert_eq!((result.unwrap_err().limit(), took), (Some(ms(100)), 200));
    let (result, took) = timed(call(&hangs, ms(150))).await;
    assert_eq!((result.unwrap_err().limit(), took), (Some(ms(150)), 150));
}

#[derive(Debug, Clone)]
struct Client {
    cached: u32,
}

impl Client {
    #[fallback(Self::remembered, value = self.cached + 1)]
    async fn load(&self, id: u32) -> Result<u32, Error> {
        let _ = id;
        Err(Error::Gone)
    }

    async fn remembered(&self, id: u32) -> Result<u32, Error> {
        if id == 0 {
            Err(Error::Gone)
        } else {
            Ok(self.cached)
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_gets_self_first() {
    let client = Client { cached: 5 };
    assert_eq!(client.load(1).await, Ok(5));
    assert_eq!(client.load(0).await, Ok(6));
}

#[tokio::test(start_paused = true)]
async fn an_argument_may_be_picked_twice() {
    async fn twice(one: String, two: String) -> Result<String, Error> {
        Ok(one + &two)
    }
    #[fallback(twice(text, text))]
    async fn call(text: String) -> Result<String, Error> {
        drop(text);
        Err(Error::Gone)
    }
    assert_eq!(call("x".to_owned()).await, Ok("xx".to_owned()));
}

struct Loader<'a> {
    runs: &'a Count,
}

impl<'a> Loader<'a> {
    #[retry(max = 2, backoff = none)]
    #[fallback(Self::remembered, on = Error::Gone)]
    #[timeout(1s)]
    async fn load<T: Clone + Send + 'a>(&self, it: T, seen: &mut Vec<T>) -> Result<T, Error> {
        seen.push(it);
        let last = self.runs.add() == 3;
        Err(if last { Error::Gone } else { Error::Busy })
    }

    async fn remembered<T: Clone + Send + 'a>(&self, it: T, seen: &mut [T]) -> Result<T, Error> {
        assert_eq!((seen.len(), self.runs.get()), (3, 3));
        Ok(it)
    }
}

#[tokio::test(start_paused = true)]
async fn a_generic_method_in_a_retry_with_what_it_borrows() {
    let (runs, mut seen) = (Count::default(), Vec::new());
    let loader = Loader { runs: &runs };
    assert_eq!(
        loader.load("a".to_owned(), &mut seen).await,
        Ok("a".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_no_failure_to_fall_back_from() {
    #[fallback(value = 7)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("P");
    assert!(
        AssertUnwindSafe(call(&dependency))
            .catch_unwind()
            .await
            .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn every_fallback_that_takes_over_is_told() {
    let events = crate::events::Events::collect();
    assert_eq!(origin(&mut Trail::new(), 2).await, Ok(2));
    assert_eq!(
        events.lines(),
        ["fallback_used nth=1", "fallback_used nth=2"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_future_is_send() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    let mut trail = Trail::new();
    assert_eq!(is_send(origin(&mut trail, 2)).await, Ok(2));
}

/// Every error, rejections included: also that a value which shows now breaks a rule.
#[tokio::test(start_paused = true)]
async fn it_is_for_misconfigured_values_too() {
    #[fallback(value = 7)]
    #[timeout(limit)]
    async fn answers(limit: Duration) -> Result<u32, Error> {
        Err(Error::Gone)
    }
    #[fallback(value = 7, on = Error::Gone)]
    #[timeout(limit)]
    async fn refuses(limit: Duration) -> Result<u32, Error> {
        Err(Error::Gone)
    }
    assert_eq!(answers(Duration::ZERO).await, Ok(7));
    let refused = refuses(Duration::ZERO).await.unwrap_err();
    assert!(
        format!("{refused:?}").contains("Misconfigured"),
        "{refused:?}"
    );
    assert_eq!(refuses(Duration::from_secs(1)).await, Ok(7));
}
