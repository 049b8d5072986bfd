//! Results in a store with leases and tokens.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use futures::future::join_all;
use resilience::{Begun, IdempotencyStore, Rejection, StoreError, idempotent};
use tokio::time::{Instant, advance, sleep};

use crate::{
    cache::{Error, Runs, SECOND, poll_once},
    events::Events,
};

/// Results as text, as a store outside the process has them.
struct Table {
    rows: Mutex<Option<HashMap<String, Row>>>,
    tokens: AtomicU64,
    broken: AtomicBool,
}

enum Row {
    Running { token: u64, until: Instant },
    Done { until: Instant, value: String },
}

struct Claim {
    key: String,
    token: u64,
}

const LEASE: Duration = Duration::from_secs(10);

impl Table {
    const fn new() -> Self {
        Self {
            rows: Mutex::new(None),
            tokens: AtomicU64::new(0),
            broken: AtomicBool::new(false),
        }
    }

    fn answers(&self) -> Result<(), StoreError> {
        if self.broken.load(SeqCst) {
            return Err("the table is gone".into());
        }
        Ok(())
    }

    /// Changes the row of a claim that still holds.
    fn settle(&self, claim: &Claim, to: Option<Row>) -> bool {
        let mut rows = self.rows.lock().unwrap();
        let rows = rows.get_or_insert_default();
        let holds = matches!(rows.get(&claim.key), Some(Row::Running { token, .. }) if *token == claim.token);
        if holds {
            rows.remove(&claim.key);
            rows.extend(to.map(|row| (claim.key.clone(), row)));
        }
        holds
    }
}

impl IdempotencyStore<u32> for Table {
    type Claim = Claim;

    async fn begin(&self, key: &str, _: Duration) -> Result<Begun<u32, Claim>, StoreError> {
        tokio::task::yield_now().await;
        self.answers()?;
        let mut rows = self.rows.lock().unwrap();
        let rows = rows.get_or_insert_default();
        let now = Instant::now();
        match rows.get(key) {
            Some(Row::Done { until, value }) if *until > now => {
                return Ok(Begun::Done(value.parse()?));
            }
            Some(Row::Running { until, .. }) if *until > now => {
                let retry_after = (*until - now).min(SECOND / 2);
                return Ok(Begun::InProgress { retry_after });
            }
            _ => {}
        }
        let token = self.tokens.fetch_add(1, SeqCst);
        let until = now + LEASE;
        rows.insert(key.to_owned(), Row::Running { token, until });
        let key = key.to_owned();
        Ok(Begun::New(Claim { key, token }))
    }

    async fn complete(&self, claim: Claim, value: &u32, ttl: Duration) -> Result<bool, StoreError> {
        let value = value.to_string();
        tokio::task::yield_now().await;
        self.answers()?;
        let until = Instant::now() + ttl;
        Ok(self.settle(&claim, Some(Row::Done { until, value })))
    }

    async fn abandon(&self, claim: Claim) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        self.answers()?;
        self.settle(&claim, None);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_tells_one_call_from_another() {
    static TABLE: Table = Table::new();
    static RUNS: Runs = Runs::new();
    #[idempotent(key = format!("{tenant}/{payment}"), ttl = 1h, store = TABLE, name = "charge")]
    async fn charge(tenant: &str, payment: u64) -> Result<u32, Error> {
        let _ = (tenant, payment);
        sleep(SECOND).await;
        Ok(RUNS.next())
    }
    let all = join_all((0..10).map(|_| charge("a", 1))).await;
    assert!(all.iter().all(|it| *it == Ok(1)), "{all:?}");
    assert_eq!(charge("b", 1).await, Ok(2));
    let mut keys: Vec<_> = {
        let rows = TABLE.rows.lock().unwrap();
        rows.iter().flat_map(HashMap::keys).cloned().collect()
    };
    keys.sort();
    assert_eq!(keys, ["charge/a/1", "charge/b/1"]);
    advance(SECOND * 3600).await;
    assert_eq!(charge("a", 1).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_failed_call_frees_the_key_in_the_store() {
    static TABLE: Table = Table::new();
    static RUNS: Runs = Runs::new();
    #[idempotent(key = id, store = TABLE)]
    async fn charge(id: u64) -> Result<u32, Error> {
        let _ = id;
        match RUNS.next() {
            1 => Err(Error::Down(1)),
            run => Ok(run),
        }
    }
    assert_eq!(charge(1).await, Err(Error::Down(1)));
    assert_eq!(charge(1).await, Ok(2));
    assert_eq!(charge(1).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_its_key_in_doubt_until_the_lease_ends() {
    static TABLE: Table = Table::new();
    static RUNS: Runs = Runs::new();
    #[idempotent(key = id, store = TABLE)]
    async fn charge(id: u64) -> Result<u32, Error> {
        let _ = id;
        let run = RUNS.next();
        sleep(SECOND).await;
        Ok(run)
    }
    let mut dropped = Box::pin(charge(1));
    while RUNS.count() == 0 {
        assert!(poll_once(&mut dropped).await.is_pending());
        tokio::task::yield_now().await;
    }
    drop(dropped);
    let start = Instant::now();
    assert_eq!(charge(1).await, Ok(2));
    assert!(start.elapsed() >= LEASE, "{:?}", start.elapsed());
}

/// Row CX-11: A holds the key for longer than its lease, B takes over, A ends.
///
/// own · same. Of a store; each call still returns what it did itself
#[tokio::test(start_paused = true)]
async fn cx_11_who_comes_back_after_its_lease_changes_nothing() {
    static TABLE: Table = Table::new();
    static RUNS: Runs = Runs::new();
    #[idempotent(key = id, store = TABLE)]
    async fn charge(id: u64, takes: Duration) -> Result<u32, Error> {
        let _ = id;
        let run = RUNS.next();
        sleep(takes).await;
        Ok(run)
    }
    let events = Events::collect();
    let late = async {
        sleep(SECOND).await;
        charge(1, SECOND).await
    };
    let (a, b) = tokio::join!(charge(1, SECOND * 15), late);
    assert_eq!(
        (a, b),
        (Ok(1), Ok(2)),
        "each has the truth about its own run"
    );
    assert_eq!(charge(1, SECOND).await, Ok(2), "B's result stays");
    assert_eq!(RUNS.count(), 2);
    assert_eq!(events.count("idempotent_lease_lost"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_runs_nothing() {
    static TABLE: Table = Table::new();
    static RUNS: Runs = Runs::new();
    #[idempotent(key = id, store = TABLE)]
    async fn charge(id: u64, breaks: bool) -> Result<u32, Error> {
        let _ = id;
        TABLE.broken.store(breaks, SeqCst);
        Ok(RUNS.next())
    }
    TABLE.broken.store(true, SeqCst);
    let events = Events::collect();
    let Err(Error::Rejected(Rejection::StoreFailed { reason, .. })) = charge(1, false).await else {
        panic!("it was not refused");
    };
    assert_eq!((reason.as_ref(), RUNS.count()), ("the table is gone", 0));
    TABLE.broken.store(false, SeqCst);
    assert_eq!(charge(1, true).await, Ok(1), "what has run is the caller's");
    assert_eq!(events.count("idempotent_not_kept"), 1);
    TABLE.broken.store(false, SeqCst);
}
