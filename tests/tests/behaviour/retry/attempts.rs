//! `Attempt::current()`: the body knows which attempt it is.

use resilience::{Attempt, hedge, retry, timeout};
use tokio::time::sleep;

use crate::dependency::{Count, Error, ms};

/// Number, of how many at most, and whether it is a hedge.
fn current() -> Option<(u32, u64, bool)> {
    let attempt = Attempt::current()?;
    Some((attempt.number(), attempt.at_most(), attempt.is_hedge()))
}

type Seen = std::sync::Mutex<Vec<(u32, u64, bool)>>;

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_number() {
    #[retry(max = 2, backoff = none)]
    #[timeout(1s)]
    async fn call(seen: &Seen) -> Result<u32, Error> {
        seen.lock().unwrap().extend(current());
        sleep(ms(1)).await;
        let attempt = Attempt::current().unwrap();
        if attempt.number() < 3 {
            return Err(Error::Busy);
        }
        Ok(attempt.number())
    }
    let seen = Seen::default();
    assert_eq!(call(&seen).await, Ok(3));
    assert_eq!(
        seen.into_inner().unwrap(),
        [(1, 3, false), (2, 3, false), (3, 3, false)]
    );
    assert_eq!(Attempt::current(), None, "behind it there is none");
}

#[tokio::test(start_paused = true)]
async fn hedges_know_that_they_are_and_run_side_by_side() {
    #[hedge(after = 50ms, max = 2, budget = none)]
    async fn call(seen: &Seen) -> Result<u32, Error> {
        let first = Attempt::current();
        seen.lock().unwrap().extend(current());
        sleep(ms(70)).await;
        assert_eq!(Attempt::current(), first, "others ran in between");
        Err(Error::Busy)
    }
    let seen = Seen::default();
    assert!(call(&seen).await.is_err());
    assert_eq!(
        seen.into_inner().unwrap(),
        [(1, 3, false), (2, 3, true), (3, 3, true)]
    );
}

#[tokio::test(start_paused = true)]
async fn several_layers_count_together() {
    #[hedge(after = 50ms, budget = none)]
    #[retry(max = 1, backoff = none)]
    async fn inside(seen: &Seen, (wait, _): (u64, u64)) -> Result<u32, Error> {
        seen.lock().unwrap().push(current().unwrap());
        let _named = Attempt::current();
        sleep(ms(wait)).await;
        Err(Error::Busy)
    }
    let seen = Seen::default();
    assert!(inside(&seen, (40, 0)).await.is_err());
    // Each attempt of the hedge has two of its own.
    assert_eq!(
        seen.into_inner().unwrap(),
        [(1, 4, false), (2, 4, false), (3, 4, true), (4, 4, true)]
    );
}

#[tokio::test(start_paused = true)]
async fn several_layers_count_together_the_other_way_round() {
    #[retry(max = 1, backoff = none)]
    #[hedge(after = 50ms, budget = none)]
    async fn around(seen: &Seen, name: String) -> Result<u32, Error> {
        seen.lock().unwrap().push(current().unwrap());
        let _named = (Attempt::current(), name);
        sleep(ms(60)).await;
        Err(Error::Busy)
    }
    let seen = Seen::default();
    assert!(around(&seen, String::new()).await.is_err());
    assert_eq!(
        seen.into_inner().unwrap(),
        [(1, 4, false), (2, 4, true), (3, 4, false), (4, 4, true)]
    );
}

#[tokio::test(start_paused = true)]
async fn the_innermost_function_that_asks_is_meant() {
    #[retry(max = 1, backoff = none)]
    async fn inner() -> Result<u32, Error> {
        assert_eq!(Attempt::current().map(Attempt::at_most), Some(2));
        Ok(1)
    }
    #[hedge(after = 50ms, max = 4, budget = none)]
    async fn outer(runs: &Count) -> Result<u32, Error> {
        let before = Attempt::current();
        if runs.add() == 1 {
            sleep(ms(60)).await;
        }
        inner().await?;
        assert_eq!(Attempt::current(), before);
        Ok(before.unwrap().number())
    }
    assert_eq!(outer(&Count::default()).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_function_that_does_not_ask_has_none() {
    #[retry(max = 1, backoff = none)]
    async fn call() -> Result<u32, Error> {
        current().map_or(Err(Error::Gone), |(number, ..)| Ok(number))
    }
    assert_eq!(call().await, Err(Error::Gone));
}

/// Notes which attempt it is dropped in.
struct Drops<'a>(&'a Seen);

impl Drop for Drops<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().extend(current());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_with_an_attempt_still_belongs_to_it() {
    #[hedge(after = 50ms, budget = none)]
    async fn call(seen: &Seen) -> Result<u32, Error> {
        let _drops = Drops(seen);
        if Attempt::current().is_some_and(Attempt::is_hedge) {
            return Ok(2);
        }
        std::future::pending().await
    }
    let seen = Seen::default();
    assert_eq!(call(&seen).await, Ok(2));
    assert_eq!(seen.into_inner().unwrap(), [(2, 2, true), (1, 2, false)]);
}

#[test]
fn a_plain_function_counts_too() {
    #[retry(max = 1, backoff = none)]
    fn call() -> Result<u32, Error> {
        match Attempt::current().map(Attempt::number) {
            Some(2) => Ok(2),
            _ => Err(Error::Busy),
        }
    }
    assert_eq!(call(), Ok(2));
}
