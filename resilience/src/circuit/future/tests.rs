//! The layer around real futures, in virtual time.

use std::{
    cell::Cell,
    future::{pending, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use futures::{FutureExt, poll};
use tokio::time::{advance, sleep};

use super::*;
use crate::outcome::{error_of, rejected};
use crate::{Circuit, CircuitHandle, State, circuits};

static SITE: Site = Site::new("test::call", "call", "test.rs", 1);

#[derive(Debug, Clone, PartialEq)]
enum Failure {
    Down,
    Invalid,
    Rejected(Rejection),
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

type Answer = Result<u32, Failure>;

const GOOD: Answer = Ok(7);
const BAD: Answer = Err(Failure::Down);
const INVALID: Answer = Err(Failure::Invalid);

/// Opens at the first failure, for 30 s, with one probe.
const FRAGILE: Policy = Policy::new().failures(1).probes(1);
const COOLDOWN: Duration = Duration::from_secs(30);

fn leaked(policy: Policy) -> &'static Circuit {
    Box::leak(Box::new(Circuit::new("test").with_policy(policy)))
}

fn is_down(error: &Failure) -> Asked {
    Asked::plain(*error == Failure::Down)
}

fn surroundings<'a>(
    policy: &'a Policy,
    limit: Option<&'a Limit<'a>>,
    call: Option<&'a Call>,
) -> CircuitLayer<'a> {
    CircuitLayer {
        site: &SITE,
        policy,
        limit,
        call,
    }
}

fn layer<F: Future<Output = Answer>>(
    shared: &'static Circuit,
    inner: F,
) -> impl Future<Output = Answer> {
    circuit::<Answer, _, _, _, _, _, _, _>(
        move || surroundings(shared.policy(), None, None),
        move || shared,
        is_down,
        inner,
        rejected,
        error_of,
    )
}

async fn call(circuit: &'static Circuit, answer: Answer) -> Answer {
    layer(circuit, ready(answer)).await
}

fn open_for(retry_after: Option<Duration>) -> Answer {
    Err(Failure::Rejected(Rejection::CircuitOpen {
        site: "test::call",
        retry_after,
    }))
}

/// Open, and its cooldown is over.
async fn recovering(policy: Policy) -> &'static Circuit {
    let circuit = leaked(policy);
    assert_eq!(call(circuit, BAD).await, BAD);
    assert_eq!(circuit.state(), State::Open);
    advance(COOLDOWN).await;
    circuit
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_rejects_without_polling_and_says_when_to_come_back() {
    let circuit = leaked(FRAGILE);
    assert_eq!(call(circuit, BAD).await, BAD);
    advance(Duration::from_secs(10)).await;
    let polled = Cell::new(false);
    let body = async {
        polled.set(true);
        GOOD
    };
    assert_eq!(
        layer(circuit, body).await,
        open_for(Some(Duration::from_secs(20)))
    );
    assert!(!polled.get());
    assert_eq!(circuit.counters().rejected, 1);
}

#[tokio::test(start_paused = true)]
async fn the_layers_above_are_told_of_a_rejection() {
    let shared = leaked(FRAGILE);
    shared.force_open();
    let seen = Call::new();
    let policy = shared.policy();
    let inner = ready(GOOD);
    let rejected = circuit::<Answer, _, _, _, _, _, _, _>(
        || surroundings(policy, None, Some(&seen)),
        move || shared,
        is_down,
        inner,
        rejected,
        error_of,
    );
    assert_eq!(rejected.await, open_for(None));
    assert!(seen.rejected());
}

#[tokio::test(start_paused = true)]
async fn an_error_that_does_not_match_counts_as_a_success() {
    let circuit = leaked(Policy::new().failures(2).probes(1));
    let _ = (
        call(circuit, BAD).await,
        call(circuit, INVALID).await,
        call(circuit, BAD).await,
    );
    assert_eq!(circuit.state(), State::Closed);

    let circuit = recovering(FRAGILE).await;
    assert_eq!(call(circuit, INVALID).await, INVALID);
    assert_eq!(circuit.state(), State::Closed, "the dependency answered");
}

#[tokio::test(start_paused = true)]
async fn a_rejection_inside_is_neutral_and_gives_the_place_back() {
    let shared = recovering(FRAGILE).await;
    let seen = Call::new();
    let inner = async {
        seen.reject();
        BAD
    };
    let policy = shared.policy();
    let neutral = circuit::<Answer, _, _, _, _, _, _, _>(
        || surroundings(policy, None, Some(&seen)),
        move || shared,
        is_down,
        inner,
        rejected,
        error_of,
    );
    assert_eq!(neutral.await, BAD);
    assert_eq!(shared.state(), State::HalfOpen);
    assert_eq!(call(shared, GOOD).await, GOOD);
    assert_eq!(shared.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_probe_gives_its_place_back_after_any_number_of_polls() {
    let circuit = recovering(FRAGILE).await;
    for polls in 1..20 {
        let mut probe = Box::pin(layer(circuit, pending()));
        for _ in 0..polls {
            assert!(poll!(&mut probe).is_pending());
        }
        assert_eq!(
            call(circuit, GOOD).await,
            open_for(None),
            "the place is taken"
        );
        drop(probe);
        assert_eq!(circuit.state(), State::HalfOpen);
    }
    assert_eq!(call(circuit, GOOD).await, GOOD);
    assert_eq!(circuit.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_never_polled_holds_nothing() {
    let circuit = recovering(FRAGILE).await;
    let unpolled = layer(circuit, ready(BAD));
    assert_eq!(call(circuit, GOOD).await, GOOD);
    drop(unpolled);
    assert_eq!(circuit.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_counts_nothing() {
    let circuit = leaked(FRAGILE);
    let mut dropped = Box::pin(layer(circuit, pending()));
    assert!(poll!(&mut dropped).is_pending());
    drop(dropped);
    assert_eq!(circuit.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_call_cut_off_by_a_timeout_above_is_a_failure() {
    let shared = leaked(FRAGILE);
    for cut in [false, true] {
        let outer = Limit::new(Duration::from_secs(2), None);
        let limit = Limit::new(Duration::from_secs(1), Some(&outer));
        let policy = shared.policy();
        let inner = pending::<Answer>();
        let limited = circuit::<Answer, _, _, _, _, _, _, _>(
            || surroundings(policy, Some(&limit), None),
            move || shared,
            is_down,
            inner,
            rejected,
            error_of,
        );
        let mut limited = Box::pin(limited);
        assert!(poll!(&mut limited).is_pending());
        if cut {
            outer.cut();
        }
        drop(limited);
        assert_eq!(shared.state() == State::Open, cut);
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_body_is_a_failure_even_before_the_future_is_dropped() {
    let circuit = leaked(FRAGILE);
    let mut panics = Box::pin(layer(circuit, async { panic!("body") }));
    assert!(
        AssertUnwindSafe(panics.as_mut())
            .catch_unwind()
            .await
            .is_err()
    );
    assert_eq!(circuit.state(), State::Open);
    assert_eq!(circuit.counters().failures, 1);
    drop(panics);

    advance(COOLDOWN).await;
    let probe = AssertUnwindSafe(layer(circuit, async { panic!("probe") }));
    assert!(probe.catch_unwind().await.is_err());
    assert_eq!(circuit.counters().opened, 2, "the probe failed");
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_while_another_panic_unwinds_is_neutral() {
    let circuit = leaked(FRAGILE);
    let mut waits = Box::pin(layer(circuit, pending()));
    assert!(poll!(&mut waits).is_pending());
    let unwound = catch_unwind(AssertUnwindSafe(move || {
        let _waits = waits;
        panic!("elsewhere");
    }));
    assert!(unwound.is_err());
    assert_eq!(circuit.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_panics_gives_the_place_back() {
    let shared = recovering(FRAGILE).await;
    let on = |_: &Failure| -> Asked { panic!("filter") };
    let policy = shared.policy();
    let probe = circuit::<Answer, _, _, _, _, _, _, _>(
        || surroundings(policy, None, None),
        move || shared,
        on,
        ready(BAD),
        rejected,
        error_of,
    );
    let mut probe = Box::pin(probe);
    assert!(
        AssertUnwindSafe(probe.as_mut())
            .catch_unwind()
            .await
            .is_err()
    );
    assert_eq!(shared.state(), State::HalfOpen);
    assert_eq!(
        call(shared, GOOD).await,
        GOOD,
        "although the panicked one still exists"
    );
    drop(probe);
    assert_eq!(shared.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_filter_may_use_the_circuit_itself() {
    let shared = leaked(FRAGILE);
    let on = |_: &Failure| Asked::plain(shared.counters().failures == 0);
    let policy = shared.policy();
    let _ = circuit::<Answer, _, _, _, _, _, _, _>(
        || surroundings(policy, None, None),
        move || shared,
        on,
        ready(BAD),
        rejected,
        error_of,
    )
    .await;
    assert_eq!(shared.state(), State::Open);
}

#[tokio::test(start_paused = true)]
async fn a_leaked_probe_loses_its_place_after_one_cooldown() {
    let circuit = recovering(FRAGILE).await;
    let mut leaked = Box::pin(layer(circuit, pending()));
    assert!(poll!(&mut leaked).is_pending());
    mem::forget(leaked);
    advance(Duration::from_millis(29_999)).await;
    assert_eq!(call(circuit, GOOD).await, open_for(None));
    advance(Duration::from_millis(1)).await;
    assert_eq!(call(circuit, GOOD).await, GOOD);
    assert_eq!(circuit.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn slow_calls_are_measured_from_their_first_suspension() {
    let slow = Duration::from_secs(2);
    let circuit = leaked(Policy::new().failures(1).slow(slow));
    let lasts = |time| async move {
        sleep(time).await;
        GOOD
    };
    assert_eq!(
        layer(circuit, lasts(Duration::from_millis(1_999))).await,
        GOOD
    );
    assert_eq!(circuit.state(), State::Closed);
    assert_eq!(layer(circuit, lasts(slow)).await, GOOD);
    assert_eq!(circuit.state(), State::Open);
    assert_eq!(circuit.counters().slow, 1);
}

#[tokio::test(start_paused = true)]
async fn a_slow_probe_is_a_failure() {
    let policy = Policy::new()
        .rate(50)
        .min_calls(1)
        .slow(Duration::from_secs(2))
        .slow_rate(100);
    let circuit = recovering(policy).await;
    let body = async {
        sleep(Duration::from_secs(3)).await;
        GOOD
    };
    assert_eq!(layer(circuit, body).await, GOOD);
    assert_eq!(circuit.state(), State::Open);
}

#[tokio::test(start_paused = true)]
async fn the_result_of_a_call_from_before_the_opening_is_ignored() {
    let circuit = leaked(FRAGILE);
    let mut early = Box::pin(layer(circuit, async {
        sleep(Duration::from_secs(10)).await;
        BAD
    }));
    assert!(poll!(&mut early).is_pending());
    assert_eq!(call(circuit, BAD).await, BAD);
    assert_eq!(early.await, BAD, "its caller still gets its own error");
    assert_eq!(
        call(circuit, GOOD).await,
        open_for(Some(Duration::from_secs(20)))
    );
    assert_eq!(circuit.counters().opened, 1);
}

#[tokio::test(start_paused = true)]
async fn a_cycle_of_opening_probing_and_closing() {
    let circuit = leaked(Policy::new().failures(2).probes(2));
    for _ in 0..100 {
        let _ = (call(circuit, BAD).await, call(circuit, BAD).await);
        assert_eq!(circuit.state(), State::Open);
        advance(COOLDOWN).await;
        assert_eq!(call(circuit, GOOD).await, GOOD);
        assert_eq!(circuit.state(), State::HalfOpen);
        assert_eq!(call(circuit, GOOD).await, GOOD);
        assert_eq!(circuit.state(), State::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_circuit_is_listed_once_it_is_used_and_operators_reach_it() {
    static NAMED: Circuit = Circuit::new("listed").failures(1);
    let listed = || -> Vec<CircuitHandle> {
        circuits()
            .into_iter()
            .filter(|handle| handle.name() == "listed")
            .collect()
    };
    assert!(listed().is_empty());
    NAMED.force_open();
    assert_eq!(listed().len(), 1, "an operator used it");
    assert_eq!(call(&NAMED, GOOD).await, open_for(None));
    let [handle] = &listed()[..] else {
        panic!("it is listed once")
    };
    assert_eq!((handle.state(), handle.key()), (State::ForcedOpen, None));
    assert_eq!(handle.counters().rejected, 1);
    handle.force_closed();
    for _ in 0..3 {
        assert_eq!(call(&NAMED, BAD).await, BAD);
    }
    handle.reset();
    assert_eq!(NAMED.state(), State::Closed);
    assert_eq!(
        NAMED.counters().failures,
        0,
        "nothing was counted while it was forced"
    );
}

#[test]
fn the_layer_adds_at_most_48_bytes_and_is_send() {
    fn check<F: Future + Send>(future: &F) -> usize {
        size_of_val(future)
    }
    let size = check(&layer(leaked(FRAGILE), ready(GOOD)));
    assert!(size <= size_of_val(&ready(GOOD)) + 48, "{size}");
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "polled after its end")]
async fn a_rejected_call_that_is_polled_again_does_not_run() {
    let circuit = leaked(FRAGILE);
    circuit.force_open();
    let mut rejected = Box::pin(layer(circuit, ready(GOOD)));
    assert!(poll!(&mut rejected).is_ready());
    let _ = poll!(&mut rejected);
}

/// Looks at the circuit from inside every event, which would hang if that came under the lock.
#[cfg(feature = "tracing")]
mod events {
    use std::sync::{Arc, Mutex};

    use tracing::{
        Event, Metadata, Subscriber,
        field::{Field, Visit},
        span,
    };

    use super::*;

    struct Spy(&'static Circuit, Arc<Mutex<Vec<String>>>);

    struct Kind(String);

    impl Visit for Kind {
        fn record_str(&mut self, field: &Field, value: &str) {
            if field.name() == "kind" {
                self.0 = value.to_owned();
            }
        }

        fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
    }

    impl Subscriber for Spy {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "resilience"
        }

        fn event(&self, event: &Event<'_>) {
            let _ = self.0.counters();
            let mut kind = Kind(String::new());
            event.record(&mut kind);
            self.1.lock().expect("not poisoned").push(kind.0);
        }

        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }

        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    #[tokio::test(start_paused = true)]
    async fn every_change_is_told_after_the_lock_is_released() {
        let (circuit, seen) = (leaked(FRAGILE), Arc::default());
        let _guard = tracing::subscriber::set_default(Spy(circuit, Arc::clone(&seen)));
        let _ = (
            call(circuit, GOOD).await,
            call(circuit, BAD).await,
            call(circuit, GOOD).await,
        );
        advance(COOLDOWN).await;
        assert_eq!(call(circuit, GOOD).await, GOOD);
        circuit.force_open();
        circuit.force_closed();
        circuit.reset();
        let expected = [
            "circuit_opened",
            "circuit_rejected",
            "circuit_half_open",
            "circuit_closed",
            "circuit_forced_open",
            "circuit_forced_closed",
            "circuit_reset",
        ];
        assert_eq!(*seen.lock().expect("not poisoned"), expected);
    }
}
