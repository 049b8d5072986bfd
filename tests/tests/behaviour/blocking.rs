//! Plain functions: the same layers, on the thread that makes the call.

mod threads;

use std::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::{Duration, Instant},
};

use resilience::{
    Circuit, bulkhead, circuit, compensate, fallback, rate_limit, retry, saga, testing::Script,
};

use crate::dependency::Error;

struct Shop {
    calls: Script<u32, Error>,
    log: Vec<&'static str>,
}

impl Shop {
    fn new(calls: Script<u32, Error>) -> Self {
        Self {
            calls,
            log: Vec::new(),
        }
    }

    #[retry(max = 2, backoff = constant(20ms), jitter = none)]
    fn borrowed(&self, word: &str) -> Result<usize, Error> {
        let first = self.calls.call_blocking()?;
        if word.is_empty() {
            return Err(Error::Gone);
        }
        Ok(word.len() + first as usize)
    }

    #[retry(max = 2, backoff = none)]
    fn mutable(&mut self, words: &mut Vec<String>, owned: String) -> Result<u32, Error> {
        self.log.push("tried");
        words.push(owned);
        self.calls.call_blocking()
    }

    #[fallback(Self::invoice)]
    #[retry(max = 1, backoff = none)]
    fn charge(&self, amount: u32) -> Result<u32, Error> {
        self.calls.call_blocking().map(|more| amount + more)
    }

    fn invoice(&self, amount: u32) -> Result<u32, Error> {
        Ok(amount * 100 + u32::try_from(self.log.len()).unwrap())
    }
}

#[test]
fn a_retry_sleeps_on_its_thread_and_needs_no_runtime() {
    let shop = Shop::new(Script::new().fail(Error::Busy).fail(Error::Busy).ok(7));
    #[expect(clippy::disallowed_methods, reason = "threads sleep by the real clock")]
    let start = Instant::now();
    assert_eq!(shop.borrowed("abc"), Ok(10));
    assert!(start.elapsed() >= Duration::from_millis(40));
    assert_eq!(shop.calls.calls(), 3);
}

#[test]
fn early_returns_and_question_marks_end_the_attempt() {
    let shop = Shop::new(Script::new().ok(7));
    assert_eq!(shop.borrowed(""), Err(Error::Gone));
    let shop = Shop::new(Script::new().fail(Error::Gone));
    assert_eq!(shop.borrowed("abc"), Err(Error::Gone));
    assert_eq!(shop.calls.calls(), 1);
}

#[test]
fn mutable_borrows_and_owned_arguments_are_there_for_each_attempt() {
    let mut shop = Shop::new(Script::new().fail(Error::Busy).fail(Error::Busy).ok(1));
    let mut words = Vec::new();
    assert_eq!(shop.mutable(&mut words, "x".to_owned()), Ok(1));
    assert_eq!(words, ["x", "x", "x"]);
    assert_eq!(shop.log, ["tried"; 3]);
}

#[test]
fn what_a_plain_function_falls_back_to_is_plain() {
    let shop = Shop::new(Script::new().fail(Error::Busy).fail(Error::Busy));
    assert_eq!(shop.charge(3), Ok(300));
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_does_not_hold_a_thread() {
    let shop = Shop::new(Script::new().fail(Error::Busy).ok(7));
    assert_eq!(shop.borrowed("abc"), Ok(10));
}

#[tokio::test]
async fn it_does_not_wait_for_a_share_that_its_task_gets_only_later() {
    static TRIES: AtomicU32 = AtomicU32::new(0);

    #[retry(max = 1000, backoff = none, budget = none)]
    fn often() -> Result<(), Error> {
        TRIES.fetch_add(1, SeqCst);
        Err(Error::Busy)
    }

    assert_eq!(often(), Err(Error::Busy));
    assert_eq!(TRIES.load(SeqCst), 1001);
}

#[test]
fn a_circuit_counts_plain_calls_too() {
    static DEPENDENCY: Circuit = Circuit::new("plain_dependency").failures(2);

    #[circuit(DEPENDENCY)]
    fn call(ok: bool) -> Result<(), Error> {
        if ok { Ok(()) } else { Err(Error::Busy) }
    }

    assert_eq!(call(false), Err(Error::Busy));
    assert_eq!(call(false), Err(Error::Busy));
    assert!(call(true).unwrap_err().is_circuit_open());
}

#[test]
fn a_panic_in_the_body_leaves_the_call_and_counts_as_a_failure() {
    static DEPENDENCY: Circuit = Circuit::new("plain_panic").failures(1);

    #[circuit(DEPENDENCY)]
    fn call() -> Result<(), Error> {
        panic!("in the body")
    }

    std::panic::catch_unwind(call).unwrap_err();
    assert!(call().unwrap_err().is_circuit_open());
}

#[test]
fn a_call_in_the_body_of_a_call_has_pauses_of_its_own() {
    #[retry(max = 1, backoff = constant(5ms), jitter = none)]
    fn outer(inside: &Script<u32, Error>, outside: &Script<u32, Error>) -> Result<u32, Error> {
        let shop = inner(inside)?;
        outside.call_blocking().map(|more| shop + more)
    }

    #[retry(max = 1, backoff = constant(5ms), jitter = none)]
    fn inner(inside: &Script<u32, Error>) -> Result<u32, Error> {
        inside.call_blocking()
    }

    let inside = Script::new()
        .fail(Error::Busy)
        .ok(1)
        .fail(Error::Busy)
        .ok(2);
    let outside = Script::new().fail(Error::Busy).ok(10);
    assert_eq!(outer(&inside, &outside), Ok(12));
}

#[tokio::test]
async fn a_runtime_in_the_body_keeps_its_own_time() {
    #[retry(max = 1, backoff = none)]
    fn outer() -> Result<u32, Error> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        let script = Script::new().fail(Error::Busy).ok(3);
        runtime.block_on(inner(&script))
    }

    #[retry(max = 1, backoff = constant(1h), jitter = none)]
    async fn inner(script: &Script<u32, Error>) -> Result<u32, Error> {
        script.call().await
    }

    // Not on a thread of the runtime, which may not block on another one.
    let answer = tokio::task::spawn_blocking(outer).await.unwrap();
    assert_eq!(answer, Ok(3));
}

#[tokio::test]
async fn a_plain_step_is_undone_by_a_plain_undo() {
    static UNDONE: AtomicU32 = AtomicU32::new(0);

    fn refund(amount: u32) -> Result<(), Error> {
        let before = UNDONE.fetch_add(amount, SeqCst);
        if before > 100 {
            Err(Error::Gone)
        } else {
            Ok(())
        }
    }

    #[compensate(refund(amount))]
    fn charge(amount: u32) -> Result<u32, Error> {
        Ok(amount)
    }

    #[saga]
    async fn order() -> Result<u32, Error> {
        charge(5)?;
        charge(6)?;
        Err(Error::Gone)
    }

    assert_eq!(order().await, Err(Error::Gone));
    assert_eq!(UNDONE.load(SeqCst), 11);
}

#[rate_limit(50/s, burst = 1, wait = 1s)]
fn paced() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(1, wait = 5s)]
fn alone(inside: &AtomicU32) -> Result<(), Error> {
    assert_eq!(inside.fetch_add(1, SeqCst), 0);
    std::thread::yield_now();
    inside.fetch_sub(1, SeqCst);
    Ok(())
}

#[test]
fn a_plain_function_waits_for_its_turn_and_for_its_slot() {
    #[expect(clippy::disallowed_methods, reason = "threads sleep by the real clock")]
    let start = Instant::now();
    assert!(paced().is_ok());
    assert!(paced().is_ok());
    assert!(start.elapsed() >= Duration::from_millis(20));
    let inside = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(alone(&inside), Ok(()));
                }
            });
        }
    });
}
