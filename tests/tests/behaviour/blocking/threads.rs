//! Calls on several threads of which none belongs to a runtime: one waits for what another has.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use futures::FutureExt;
use resilience::{Bulkhead, bulkhead, cache, idempotent, rate_limit};

use crate::dependency::Error;

/// A body that is held up between two meetings with the test.
struct Held {
    runs: AtomicU32,
    begins: Barrier,
    ends: Barrier,
}

impl Held {
    fn new() -> Self {
        Self {
            runs: AtomicU32::new(0),
            begins: Barrier::new(2),
            ends: Barrier::new(2),
        }
    }

    /// The first run is held up and comes to `first`, the others succeed at once.
    fn run(&self, first: impl FnOnce() -> Result<u32, Error>) -> Result<u32, Error> {
        let run = self.runs.fetch_add(1, SeqCst) + 1;
        if run > 1 {
            return Ok(run);
        }
        self.begins.wait();
        self.ends.wait();
        first()
    }

    /// What comes of a first call that is held up, and of three others that come meanwhile.
    fn meet(&self, call: impl Fn() -> Result<u32, Error> + Sync) -> Met {
        thread::scope(|scope| {
            let first = scope.spawn(&call);
            self.begins.wait();
            let others = [(); 3].map(|()| scope.spawn(&call));
            // Whether they wait already or come later, the answers are the same.
            thread::park_timeout(Duration::from_millis(10));
            self.ends.wait();
            Met {
                first: first.join().ok(),
                others: others.map(|other| other.join().unwrap()),
            }
        })
    }
}

/// What calls came to; nothing where the body panicked.
#[derive(Debug, PartialEq)]
struct Met {
    first: Option<Result<u32, Error>>,
    others: [Result<u32, Error>; 3],
}

fn started() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "threads sleep by the real clock")]
    Instant::now()
}

type First = fn() -> Result<u32, Error>;

#[cache(1h, key = id)]
fn cached(id: u32, held: &Held, first: First) -> Result<u32, Error> {
    assert!(id > 0);
    held.run(first)
}

#[idempotent(key = id)]
fn once(id: u32, held: &Held, first: First) -> Result<u32, Error> {
    assert!(id > 0);
    held.run(first)
}

#[test]
fn threads_that_ask_for_one_key_share_one_run() {
    let shared = Met {
        first: Some(Ok(1)),
        others: [const { Ok(1) }; 3],
    };
    let held = Held::new();
    assert_eq!(held.meet(|| cached(1, &held, || Ok(1))), shared);
    assert_eq!(held.runs.load(SeqCst), 1);
    assert_eq!(cached(1, &held, || Ok(1)), Ok(1));
    assert_eq!(cached(2, &held, || Ok(1)), Ok(2), "another key");
    let held = Held::new();
    assert_eq!(held.meet(|| once(1, &held, || Ok(1))), shared);
    assert_eq!(held.runs.load(SeqCst), 1);
    assert_eq!(once(1, &held, || Ok(1)), Ok(1));
    assert_eq!(once(2, &held, || Ok(1)), Ok(2), "another key");
}

#[test]
fn a_thread_takes_over_where_the_first_one_fails_or_panics() {
    let after = |first| Met {
        first,
        others: [const { Ok(2) }; 3],
    };
    let fails: First = || Err(Error::Busy);
    let panics: First = || panic!("in the body");
    for (id, first, came) in [(3, fails, Some(Err(Error::Busy))), (4, panics, None)] {
        let held = Held::new();
        assert_eq!(held.meet(|| cached(id, &held, first)), after(came.clone()));
        assert_eq!(held.runs.load(SeqCst), 2);
        let held = Held::new();
        assert_eq!(held.meet(|| once(id, &held, first)), after(came));
        assert_eq!(held.runs.load(SeqCst), 2);
    }
}

#[tokio::test]
async fn a_call_in_a_task_that_has_used_up_its_share_waits_all_the_same() {
    let (load, run) = (Held::new(), Held::new());
    while tokio::task::consume_budget().now_or_never().is_some() {}
    thread::scope(|scope| {
        scope.spawn(|| cached(5, &load, || Err(Error::Busy)));
        scope.spawn(|| once(5, &run, || Err(Error::Busy)));
        for held in [&load, &run] {
            held.begins.wait();
            scope.spawn(|| {
                thread::park_timeout(Duration::from_millis(10));
                held.ends.wait();
            });
        }
        assert_eq!(cached(5, &load, || Ok(1)), Ok(2));
        assert_eq!(once(5, &run, || Ok(1)), Ok(2));
    });
}

#[rate_limit(1/h, burst = 2)]
fn seldom() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(1/h, wait = 1m)]
fn seldom_in_vain() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(200/s, burst = 1, wait = 5s)]
fn in_turn() -> Result<(), Error> {
    Ok(())
}

/// How many of eight threads get through.
fn admitted(call: fn() -> Result<(), Error>) -> usize {
    let calls = thread::scope(|scope| {
        let calls = [(); 8].map(|()| scope.spawn(call));
        calls.map(|call| call.join().unwrap())
    });
    for error in calls.iter().filter_map(|call| call.as_ref().err()) {
        assert!(matches!(error, Error::Rejected(it) if it.is_rate_limited()));
    }
    calls.iter().filter(|call| call.is_ok()).count()
}

#[test]
fn a_rate_limit_rejects_threads_at_once_where_waiting_is_of_no_use() {
    let start = started();
    assert_eq!(admitted(seldom), 2);
    assert_eq!(admitted(seldom_in_vain), 1);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_rate_limit_lets_threads_wait_for_their_turn() {
    let start = started();
    assert_eq!(admitted(in_turn), 8);
    assert!(start.elapsed() >= Duration::from_millis(35));
}

static DESK: Bulkhead = Bulkhead::new("plain_desk")
    .max(1)
    .wait(Duration::from_secs(60));

#[bulkhead(DESK)]
fn at_the_desk(held: &Held) -> Result<u32, Error> {
    held.run(|| Ok(1))
}

#[bulkhead(1)]
fn now_or_never(held: &Held) -> Result<u32, Error> {
    held.run(|| Ok(1))
}

#[bulkhead(1, wait = 20ms)]
fn soon_or_never(held: &Held) -> Result<u32, Error> {
    held.run(|| Ok(1))
}

#[test]
fn a_slot_that_one_thread_gives_back_goes_to_one_that_waits() {
    let held = Held::new();
    thread::scope(|scope| {
        let first = scope.spawn(|| at_the_desk(&held));
        held.begins.wait();
        let second = scope.spawn(|| at_the_desk(&held));
        while DESK.waiting() == 0 {
            thread::yield_now();
        }
        assert!(!second.is_finished());
        held.ends.wait();
        assert_eq!(first.join().unwrap(), Ok(1));
        assert_eq!(second.join().unwrap(), Ok(2));
    });
    assert_eq!((DESK.running(), DESK.waiting(), DESK.rejected()), (0, 0, 0));
}

#[test]
fn a_thread_that_gets_no_slot_in_time_is_rejected() {
    let call: [(fn(&Held) -> _, _); 2] = [(now_or_never, 0), (soon_or_never, 20)];
    for (call, wait) in call {
        let held = Held::new();
        thread::scope(|scope| {
            let first = scope.spawn(|| call(&held));
            held.begins.wait();
            let start = started();
            let error = call(&held).unwrap_err();
            assert!(matches!(error, Error::Rejected(it) if it.is_bulkhead_full()));
            assert!(start.elapsed() >= Duration::from_millis(wait));
            held.ends.wait();
            assert_eq!(first.join().unwrap(), Ok(1));
        });
        assert_eq!(call(&held), Ok(2));
    }
}
