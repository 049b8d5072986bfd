//! CM: circuits in the hand of an operator.

use resilience::{Circuit, State};

use crate::harness::{advance, s, service, shared};

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn cm_01_forced_open_ignores_the_cooldown() {
    static CIRCUIT: Circuit = Circuit::new("cm_01").failures(1).cooldown(s(5));
    let service = shared!(CIRCUIT);
    CIRCUIT.force_open();
    assert_eq!(service.calls("S").await, "R");
    advance(s(6)).await;
    assert_eq!(service.calls("S").await, "R");
    assert_eq!(CIRCUIT.state(), State::ForcedOpen);
    assert_eq!(CIRCUIT.counters().rejected, 2);
    assert_eq!(service.runs(), 0);
}

/// Resilience4j · same. Disabled is `force_closed`
#[tokio::test(start_paused = true)]
async fn cm_02_forced_closed_admits_all_and_records_nothing() {
    static CIRCUIT: Circuit = Circuit::new("cm_02").window(4).rate(50);
    let service = shared!(CIRCUIT);
    CIRCUIT.force_closed();
    let before = CIRCUIT.counters();
    assert_eq!(service.calls("SFFFF").await, "SFFFF");
    assert_eq!(CIRCUIT.state(), State::ForcedClosed);
    assert_eq!(CIRCUIT.counters(), before);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn cm_08_a_success_under_way_does_not_end_the_isolation() {
    static CIRCUIT: Circuit = Circuit::new("cm_08").failures(1).cooldown(s(5)).probes(1);
    let service = shared!(CIRCUIT);
    let early = service.hold('S');
    CIRCUIT.force_open();
    assert_eq!(early.end().await, 'S');
    assert_eq!(CIRCUIT.state(), State::ForcedOpen);
    assert_eq!(service.rejection().await.retry_after(), None);
    CIRCUIT.reset();
    assert_eq!(CIRCUIT.state(), State::Closed);
    assert_eq!(service.calls("S").await, "S");
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn cm_09_isolation_outlasts_any_cooldown() {
    let service = service!("cm_09", failures = 1, cooldown = 30s);
    assert_eq!(service.calls("FS").await, "FR");
    service.circuit().force_open();
    for _ in 0..10 {
        advance(s(30)).await;
        assert_eq!(service.calls("S").await, "R");
    }
    assert_eq!(service.state(), State::ForcedOpen);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn cm_10_a_reset_ends_the_open_state_at_once() {
    let service = service!("cm_10", failures = 1, cooldown = 30s);
    assert_eq!(service.calls("FS").await, "FR");
    service.circuit().reset();
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("SF").await, "SF");
    assert_eq!(service.rejection().await.retry_after(), Some(s(30)));
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn cm_11_a_hundred_rejections_are_alike() {
    let service = service!("cm_11", failures = 1, cooldown = 30s);
    assert_eq!(service.calls("F").await, "F");
    let first = service.rejection().await;
    for _ in 1..100 {
        assert_eq!(service.rejection().await, first);
    }
    assert_eq!(service.counters().rejected, 100);
    assert_eq!(first.site(), "cm_11");
}
