//! Bulkheads through their attribute.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::{FutureExt as _, future::join_all};
use resilience::{
    Bulkhead, Classify, Context, Rejection, SagaReport, State, Verdict, bulkhead, bulkheads,
    circuit, circuits, compensate, retry, saga, timeout,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use crate::events::Events;

#[derive(Debug, Clone, PartialEq)]
enum Error {
    Down,
    Rejected(Rejection),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Down => Verdict::permanent(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl Error {
    fn is_full(&self) -> bool {
        matches!(self, Self::Rejected(rejection) if rejection.is_bulkhead_full())
    }
}

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn is_full(outcome: &Result<(), Error>) -> bool {
    outcome.as_ref().is_err_and(Error::is_full)
}

static TWO: Bulkhead = Bulkhead::new("two").max(2);

#[bulkhead(TWO)]
async fn held(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

#[bulkhead(TWO)]
async fn ends(how: &str) -> Result<(), Error> {
    tokio::task::yield_now().await;
    match how {
        "panic" => std::panic::resume_unwind(Box::new(())),
        "error" => Err(Error::Down),
        "hang" => std::future::pending().await,
        _ => Ok(()),
    }
}

#[tokio::test(start_paused = true)]
async fn so_many_run_at_once_and_slots_come_back_whatever_happens() {
    let gate = Notify::new();
    let mut first = Box::pin(held(&gate));
    let mut second = Box::pin(held(&gate));
    assert!(futures::poll!(&mut first).is_pending());
    assert!(futures::poll!(&mut second).is_pending());
    assert!(is_full(&held(&gate).await));
    assert_eq!(
        (TWO.available(), TWO.running(), TWO.rejected()),
        (Some(0), 2, 1)
    );
    drop(first);
    assert_eq!(TWO.available(), Some(1), "dropped");
    assert_eq!(ends("ok").await, Ok(()));
    assert_eq!(TWO.available(), Some(1), "succeeded");
    assert_eq!(ends("error").await, Err(Error::Down));
    assert_eq!(TWO.available(), Some(1), "failed");
    let mut panics = Box::pin(AssertUnwindSafe(ends("panic")).catch_unwind());
    assert!(futures::poll!(&mut panics).is_pending());
    assert_eq!(TWO.available(), Some(0));
    assert!((&mut panics).await.is_err());
    assert_eq!(
        TWO.available(),
        Some(1),
        "panicked, and the future is still there"
    );
    assert!(tokio::time::timeout(ms(10), ends("hang")).await.is_err());
    assert_eq!(TWO.available(), Some(1), "cut off by the caller");
    drop(panics);
    drop(second);
    assert_eq!((TWO.available(), TWO.admitted()), (Some(2), 6));
    let listed = bulkheads();
    let listed = listed.iter().find(|it| it.name() == "two").unwrap();
    assert_eq!((listed.available(), listed.running()), (Some(2), 0));
    assert_eq!((listed.waiting(), listed.key()), (0, None));
    listed.reset();
    assert_eq!((listed.admitted(), listed.rejected()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_never_began_holds_nothing() {
    static ONE: Bulkhead = Bulkhead::new("not_polled").max(1);
    #[bulkhead(ONE)]
    async fn call() -> Result<(), Error> {
        Ok(())
    }
    let never = call();
    assert_eq!(call().await, Ok(()));
    drop(never);
    assert_eq!(ONE.available(), Some(1));
}

static LINE: Bulkhead = Bulkhead::new("line")
    .max(1)
    .wait(Duration::from_millis(100));

#[bulkhead(LINE)]
async fn in_line(takes: u64) -> Result<(), Error> {
    sleep(ms(takes)).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_may_wait_stands_in_line_for_so_long() {
    let start = Instant::now();
    let timed = |takes| async move {
        let outcome = in_line(takes).await;
        (start.elapsed().as_millis(), outcome.is_ok())
    };
    let (a, b, c, d) = tokio::join!(timed(40), timed(40), timed(40), timed(40));
    assert_eq!([a, b, c], [(40, true), (80, true), (120, true)]);
    assert_eq!(d, (100, false), "rejected when its time is up");
    assert_eq!((LINE.available(), LINE.waiting()), (Some(1), 0));
}

static QUEUE: Bulkhead = Bulkhead::new("queue").max(1).wait(Duration::from_secs(10));

#[bulkhead(QUEUE)]
async fn queued(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_is_dropped_gives_its_slot_to_the_next() {
    let gate = Notify::new();
    let mut running = Box::pin(queued(&gate));
    let mut granted = Box::pin(queued(&gate));
    let mut cancelled = Box::pin(queued(&gate));
    let mut last = Box::pin(queued(&gate));
    for call in [&mut running, &mut granted, &mut cancelled, &mut last] {
        assert!(futures::poll!(call).is_pending());
    }
    assert_eq!((QUEUE.running(), QUEUE.waiting()), (1, 3));
    drop(cancelled);
    assert_eq!((QUEUE.running(), QUEUE.waiting()), (1, 2));
    drop(running);
    assert_eq!((QUEUE.running(), QUEUE.waiting()), (1, 1), "handed over");
    let mut overtakes = Box::pin(queued(&gate));
    assert!(futures::poll!(&mut overtakes).is_pending());
    drop(granted);
    assert_eq!(
        (QUEUE.running(), QUEUE.waiting()),
        (1, 1),
        "before it was polled"
    );
    gate.notify_one();
    assert_eq!(last.await, Ok(()));
    assert_eq!((QUEUE.running(), QUEUE.waiting()), (1, 0));
    drop(overtakes);
    assert_eq!(QUEUE.available(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn cx_03_waiters_whose_time_is_up_take_no_slot_with_them() {
    static EIGHT: Bulkhead = Bulkhead::new("eight").max(8).wait(Duration::from_millis(5));
    #[bulkhead(EIGHT)]
    async fn call(takes: u64) -> Result<(), Error> {
        sleep(ms(takes)).await;
        Ok(())
    }
    for round in 0..100 {
        let mut holders: Vec<_> = (0..8)
            .map(|n| Box::pin(call(4 + (n + round) % 4)))
            .collect();
        for holder in &mut holders {
            assert!(futures::poll!(holder).is_pending());
        }
        let waiters = join_all((0..100).map(|_| call(3)));
        let (held, waited) = tokio::join!(join_all(holders), waiters);
        assert!(held.iter().all(Result::is_ok));
        assert!(
            waited
                .iter()
                .all(|outcome| outcome.is_ok() || is_full(outcome))
        );
        assert!(waited.iter().any(is_full));
        assert_eq!((EIGHT.available(), EIGHT.waiting()), (Some(8), 0));
    }
}

#[timeout(50ms)]
#[circuit(failures = 1, on = _, name = "above_a_bulkhead")]
#[bulkhead(1, wait = 1s)]
async fn cut_off() -> Result<(), Error> {
    sleep(ms(40)).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_ends_the_wait_and_a_circuit_learns_nothing_from_it() {
    let start = Instant::now();
    let (first, second, third) = tokio::join!(cut_off(), cut_off(), cut_off());
    assert_eq!(first, Ok(()));
    for outcome in [&second, &third] {
        let Err(Error::Rejected(rejection)) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(rejection.is_timed_out());
    }
    assert_eq!(start.elapsed(), ms(50));
    let circuit = circuits()
        .into_iter()
        .find(|circuit| circuit.name() == "above_a_bulkhead")
        .unwrap();
    // The second had its slot for 10 ms: that is the dependency's fault, so to say.
    assert_eq!(circuit.counters().failures, 1);
    assert_eq!(circuit.state(), State::Open);
}

#[timeout(50ms)]
#[circuit(failures = 1, on = _, name = "above_a_full_bulkhead")]
#[bulkhead(HELD)]
async fn behind_a_held_slot() -> Result<(), Error> {
    Ok(())
}

static HELD: Bulkhead = Bulkhead::new("held").max(1).wait(Duration::from_secs(1));

#[bulkhead(HELD)]
async fn holds(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_that_never_got_a_slot_does_not_open_a_circuit() {
    let gate = Notify::new();
    let mut holder = Box::pin(holds(&gate));
    assert!(futures::poll!(&mut holder).is_pending());
    for _ in 0..3 {
        let Err(Error::Rejected(rejection)) = behind_a_held_slot().await else {
            panic!("it found a slot")
        };
        assert!(rejection.is_timed_out());
    }
    let circuit = circuits()
        .into_iter()
        .find(|circuit| circuit.name() == "above_a_full_bulkhead")
        .unwrap();
    assert_eq!(
        (circuit.counters().failures, circuit.state()),
        (0, State::Closed)
    );
    drop(holder);
    assert_eq!(behind_a_held_slot().await, Ok(()));
}

#[bulkhead(1, key = host)]
async fn fetch(host: &str, gate: &Notify) -> Result<(), Error> {
    let _ = host;
    gate.notified().await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_key_has_slots_of_its_own() {
    let gate = Notify::new();
    let mut a = Box::pin(fetch("a", &gate));
    assert!(futures::poll!(&mut a).is_pending());
    assert!(is_full(&fetch("a", &gate).await));
    let mut b = Box::pin(fetch("b", &gate));
    assert!(futures::poll!(&mut b).is_pending());
    let key = Some("\"a\"".to_owned());
    let listed = bulkheads().into_iter().find(|it| it.key() == key).unwrap();
    assert_eq!((listed.available(), listed.rejected()), (Some(0), 1));
    drop(a);
    assert_eq!(listed.available(), Some(1));
}

#[bulkhead(1, key = n, keys_max = 2)]
async fn of_few(n: u32, gate: &Notify) -> Result<(), Error> {
    let _ = n;
    gate.notified().await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn keys_that_find_no_place_share_one_bulkhead() {
    let events = Events::collect();
    let gate = Notify::new();
    let mut calls: Vec<_> = (0..3).map(|n| Box::pin(of_few(n, &gate))).collect();
    for call in &mut calls {
        assert!(futures::poll!(call).is_pending());
    }
    assert_eq!(events.count("bulkhead_keys_full"), 1);
    assert!(is_full(&of_few(3, &gate).await));
    drop(calls.remove(0));
    let mut third = Box::pin(of_few(3, &gate));
    assert!(
        futures::poll!(&mut third).is_pending(),
        "a key without calls may go"
    );
}

const SLOTS: u32 = 1;

#[bulkhead(SLOTS)]
async fn constant(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

struct Client {
    slots: u32,
}

impl Client {
    const SLOTS: u32 = 1;

    #[bulkhead(Self::SLOTS)]
    async fn associated(&self, gate: &Notify) -> Result<(), Error> {
        let _ = self;
        gate.notified().await;
        Ok(())
    }

    #[bulkhead(self.slots)]
    async fn field(&self, gate: &Notify) -> Result<(), Error> {
        gate.notified().await;
        Ok(())
    }
}

#[bulkhead(N)]
async fn parameter<const N: u32>(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_size_may_be_a_constant_or_an_expression() {
    let (client, gate) = (Client { slots: 1 }, Notify::new());
    let mut calls: Vec<futures::future::LocalBoxFuture<'_, _>> = vec![
        Box::pin(constant(&gate)),
        Box::pin(client.associated(&gate)),
        Box::pin(client.field(&gate)),
        Box::pin(parameter::<1>(&gate)),
    ];
    for call in &mut calls {
        assert!(futures::poll!(call).is_pending());
    }
    assert!(is_full(&constant(&gate).await));
    assert!(is_full(&client.associated(&gate).await));
    assert!(is_full(&client.field(&gate).await));
    assert!(is_full(&parameter::<1>(&gate).await));
    let none = Client { slots: 0 };
    let Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) = none.field(&gate).await
    else {
        panic!("a bulkhead of 0 was accepted")
    };
    assert!(reason.starts_with("R003"), "{reason}");
    let more = Client { slots: 2 };
    let mut second = Box::pin(more.field(&gate));
    assert!(
        futures::poll!(&mut second).is_pending(),
        "each call brings its size"
    );
}

async fn undo((): &()) -> Result<(), Error> {
    Ok(())
}

async fn undo_before(n: u32) -> Result<(), Error> {
    let _ = n;
    Ok(())
}

static STEP: Bulkhead = Bulkhead::new("step").max(1);

#[compensate(undo_before(n))]
#[bulkhead(STEP)]
async fn step(n: u32) -> Result<(), Error> {
    let _ = n;
    Ok(())
}

#[bulkhead(STEP)]
#[compensate(undo)]
async fn step_below(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

#[saga]
async fn of_one_step() -> Result<(), Error> {
    step(1).await
}

#[tokio::test(start_paused = true)]
async fn a_step_that_never_got_a_slot_has_nothing_to_undo() {
    let gate = Notify::new();
    let mut holder = Box::pin(step_below(&gate));
    assert!(futures::poll!(&mut holder).is_pending());
    assert!(is_full(&of_one_step().await));
    let report: SagaReport = saga::last_report().unwrap();
    assert!(report.undone.is_empty(), "{report:?}");
    drop(holder);
    assert_eq!(of_one_step().await, Ok(()));
}

#[retry(max = 3, backoff = constant(30ms), jitter = none, budget = none)]
#[bulkhead(1)]
async fn retried(takes: u64) -> Result<(), Error> {
    sleep(ms(takes)).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_full_bulkhead_is_retryable() {
    let (first, second) = tokio::join!(retried(50), retried(1));
    assert_eq!((first, second), (Ok(()), Ok(())));
}

#[bulkhead(1, wait = 20ms)]
async fn told(takes: u64) -> Result<(), Error> {
    sleep(ms(takes)).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn waits_and_rejections_are_told() {
    let events = Events::collect();
    let both = async { tokio::join!(told(50), told(50)) };
    let (first, second) = Context::new().correlation_id("req-7").scope(both).await;
    assert_eq!(first, Ok(()));
    assert!(is_full(&second));
    let lines = events.lines();
    assert!(lines[0].starts_with("bulkhead_waiting"), "{lines:?}");
    assert!(lines[0].contains("wait_max_ms=20"), "{lines:?}");
    assert!(lines[1].starts_with("bulkhead_full"), "{lines:?}");
    let id = "correlation_id=req-7";
    assert!(lines.iter().all(|line| line.contains(id)), "{lines:?}");
}
