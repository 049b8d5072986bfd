//! What an attempt is given, and what the caller gets.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
};

use futures::FutureExt;
use resilience::{Rejection, retry, testing::Script, timeout};

use crate::dependency::{Count, Dependency, Error, OnDrop, ms, timed};

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
async fn an_argument_is_cloned_only_if_another_attempt_may_follow() {
    #[retry(max = 2, backoff = none)]
    async fn call(dependency: &Dependency, one: Counted) -> Result<u32, Error> {
        drop(one);
        dependency.call().await
    }
    for (line, clones) in [("S", 1), ("FS", 2), ("FFS", 2), ("FFF", 2), ("N", 1)] {
        let count = Count::default();
        let _ = call(&Dependency::says(line), Counted(count.clone())).await;
        assert_eq!(count.get(), clones, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_cloned_without_retries_or_without_a_retry() {
    #[retry(max = 0)]
    async fn no_retries(one: Counted) -> Result<u32, Error> {
        drop(one);
        Err(Error::Busy)
    }
    #[timeout(1s)]
    async fn no_retry(one: Counted) -> Result<u32, Error> {
        drop(one);
        Err(Error::Busy)
    }
    let count = Count::default();
    assert_eq!(no_retries(Counted(count.clone())).await, Err(Error::Busy));
    assert_eq!(no_retry(Counted(count.clone())).await, Err(Error::Busy));
    assert_eq!(count.get(), 0);
}

#[tokio::test(start_paused = true)]
async fn references_are_lent_again_and_never_cloned() {
    #[retry(max = 2, backoff = none)]
    async fn call(one: &Counted, many: &mut Vec<u32>) -> Result<u32, Error> {
        many.push(one.0.get());
        Err(Error::Busy)
    }
    let (one, mut many) = (Counted(Count::default()), Vec::new());
    assert!(call(&one, &mut many).await.is_err());
    assert_eq!(many, [0, 0, 0], "what is lent mutably keeps its changes");
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_the_arguments_as_they_came() {
    #[retry(max = 3, backoff = none)]
    async fn call(mut text: String, (mut a, b): (u32, u32)) -> Result<String, Error> {
        text.push('!');
        a += b;
        assert_eq!((text.as_str(), a), ("x!", 3));
        Err(Error::Busy)
    }
    assert_eq!(call("x".to_owned(), (1, 2)).await, Err(Error::Busy));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_dropped_before_the_pause() {
    #[derive(Debug)]
    struct Held(#[expect(dead_code, reason = "counts its drop")] OnDrop);

    #[retry(max = 1, on = _, backoff = constant(1s), jitter = none)]
    async fn call(dropped: &Count) -> Result<(), Held> {
        let _in_the_body = dropped.on_drop();
        Err(Held(dropped.on_drop()))
    }
    let dropped = Count::default();
    let mut running = Box::pin(call(&dropped));
    assert!(tokio::time::timeout(ms(500), &mut running).await.is_err());
    assert_eq!(dropped.get(), 2, "the body and its error");
    assert!(running.await.is_err());
    assert_eq!(dropped.get(), 4);
}

#[tokio::test(start_paused = true)]
async fn arguments_may_be_closures_ignored_or_patterns() {
    #[timeout(1s)]
    #[retry(max = 2, backoff = none)]
    async fn call(
        f: impl AsyncFn() -> Result<u32, Error> + Clone,
        _: String,
        ref text: String,
        n @ 0..: u32,
    ) -> Result<u32, Error> {
        assert_eq!((text.as_str(), n), ("x", 1));
        f().await
    }
    let runs = Count::default();
    let counted = runs.clone();
    let fails_twice = async move || {
        if counted.add() < 3 {
            Err(Error::Busy)
        } else {
            Ok(1)
        }
    };
    assert_eq!(
        call(fails_twice, String::new(), "x".to_owned(), 1).await,
        Ok(1)
    );
    assert_eq!(runs.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_const_generic_may_be_the_number() {
    #[retry(attempts = N, backoff = none)]
    async fn call<const N: u32>(runs: &Count) -> Result<(), Error> {
        runs.add();
        Err(Error::Busy)
    }
    let runs = Count::default();
    assert!(call::<4>(&runs).await.is_err());
    assert_eq!(runs.get(), 4);
}

#[tokio::test(start_paused = true)]
async fn pn_01_a_panic_is_not_retried_and_reaches_the_caller_unchanged() {
    #[timeout(10s)]
    #[retry(max = 3, on = _, backoff = none)]
    #[timeout(1s)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (line, runs) in [("PS", 1), ("FFPS", 3)] {
        let dependency = Dependency::says(line);
        let panic = AssertUnwindSafe(call(&dependency)).catch_unwind().await;
        let panic = panic.unwrap_err();
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        assert_eq!(text, Some("the body panicked"));
        assert_eq!(dependency.runs(), runs);
    }
}

/// hynek/stamina#109 · same
#[tokio::test(start_paused = true)]
async fn gap_08_zero_retries_are_legal_and_zero_attempts_are_not() {
    #[retry(attempts = attempts, backoff = none)]
    async fn so_many_attempts(dependency: &Dependency, attempts: u32) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = max, backoff = none)]
    async fn at_most(dependency: &Dependency, max: u32) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(at_most(&dependency, 0).await, Err(Error::Busy));
    assert_eq!(so_many_attempts(&dependency, 1).await, Err(Error::Busy));
    assert_eq!(dependency.runs(), 2);
    let Err(Error::Rejected(Rejection::Misconfigured { reason, site })) =
        so_many_attempts(&dependency, 0).await
    else {
        panic!("`attempts = 0` is refused");
    };
    assert!(
        reason.contains("`attempts = 0` would never run the body"),
        "{reason}"
    );
    assert_eq!(site, "behaviour::retry::calls::so_many_attempts");
    assert_eq!(dependency.runs(), 2, "the body has not run");
}

/// KeeperHub/keeperhub#2521 · same
#[tokio::test(start_paused = true)]
async fn gap_05_the_check_uses_the_default_that_applies_and_names_it() {
    #[timeout(limit)]
    #[retry(jitter = none)]
    async fn call(dependency: &Dependency, limit: std::time::Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) =
        call(&dependency, ms(700)).await
    else {
        panic!("three retries wait 700 ms");
    };
    assert!(reason.contains("3 retries wait at least 700ms"), "{reason}");
    assert_eq!(dependency.runs(), 0);
    assert_eq!(
        timed(call(&dependency, ms(701))).await,
        (Err(Error::Busy), 700)
    );
}

#[tokio::test(start_paused = true)]
async fn calls_do_not_share_anything_but_the_budget() {
    #[retry(max = 2, backoff = constant(10ms), jitter = none)]
    async fn call(dependency: Arc<Dependency>) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependencies: Vec<_> = (0..50).map(|_| Arc::new(Dependency::says("FFS"))).collect();
    let calls: Vec<_> = dependencies
        .iter()
        .map(|dependency| tokio::spawn(call(Arc::clone(dependency))))
        .collect();
    for one in calls {
        assert_eq!(one.await.unwrap(), Ok(3));
    }
}

#[tokio::test(start_paused = true)]
async fn the_future_is_send_when_the_body_is() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    #[timeout(10s)]
    #[retry(max = 2, backoff = std::iter::repeat(ms(5)), on_ok = |n| *n == 0)]
    #[timeout(1s)]
    async fn call(text: &str, shared: &mut Mutex<u32>, owned: Vec<u8>) -> Result<usize, Error> {
        *shared.get_mut().unwrap() += 1;
        tokio::time::sleep(ms(1)).await;
        Ok(text.len() + owned.len())
    }
    let mut shared = Mutex::new(0);
    assert_eq!(is_send(call("", &mut shared, Vec::new())).await, Ok(0));
    assert_eq!(shared.into_inner().unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_not_send_is_fine_where_nobody_asks() {
    #[retry(max = 1, backoff = none)]
    async fn call(dependency: &Dependency, local: std::rc::Rc<u32>) -> Result<u32, Error> {
        dependency.call().await.map(|_| *local)
    }
    let local = std::rc::Rc::new(9);
    assert_eq!(call(&Dependency::says("FS"), local).await, Ok(9));
}

#[tokio::test(start_paused = true)]
async fn filters_may_look_at_arguments_that_the_body_takes() {
    #[retry(max = 3, backoff = none, on = _, when = |_| name.len() > 2, on_ok = |n| *n < least.len())]
    async fn call(
        script: &Script<usize, Error>,
        name: String,
        least: String,
    ) -> Result<usize, Error> {
        drop((name, least));
        script.call().await
    }

    let script = Script::new().fail(Error::Busy).ok(1).ok(5);
    assert_eq!(call(&script, "abc".into(), "four".into()).await, Ok(5));
    let script = Script::new().fail(Error::Busy);
    let refused = call(&script, "ab".into(), String::new()).await;
    assert_eq!(refused, Err(Error::Busy));
}
