//! HO, and what issue threads say of half-open circuits: probes and recovery.

use std::time::Duration;

use resilience::{Circuit, Rejection, State, circuit, retry, timeout};

use crate::harness::{
    Body, Error, Held, Service, TICK, advance, just_before, ms, s, service, shared,
};

/// Opens a circuit of `failures = 1` and lets its cooldown pass.
async fn cooled(service: &Service, cooldown: Duration) {
    assert_eq!(service.calls("FS").await, "FR");
    advance(cooldown).await;
}

/// Resilience4j · adapted. Opened by a failure: by hand would be for good
#[tokio::test(start_paused = true)]
async fn ho_01_half_open_begins_with_the_first_call_after_the_cooldown() {
    let service = service!("ho_01", failures = 1, cooldown = 5s);
    assert_eq!(service.calls("FS").await, "FR");
    advance(s(3)).await;
    assert_eq!(service.calls("S").await, "R");
    assert_eq!(service.counters().rejected, 2);
    advance(s(3)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::HalfOpen);
    assert_eq!(service.window(), [0, 0, 0]);
    assert_eq!(service.counters().consecutive_failures, 0);
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn ho_02_a_place_given_back_admits_exactly_one() {
    let service = service!("ho_02", failures = 1, cooldown = 5s, probes = 4);
    cooled(&service, s(5)).await;
    let mut held: Vec<Held> = (0..6).map(|_| service.hold('S')).collect();
    let admitted: Vec<bool> = held.iter().map(Held::is_running).collect();
    assert_eq!(admitted, [true, true, true, true, false, false]);
    drop(held.swap_remove(0));
    let next = service.hold('S');
    assert!(next.is_running());
    assert!(!service.hold('S').is_running());
}

/// Resilience4j · adapted. The first slow probe is enough
#[tokio::test(start_paused = true)]
async fn ho_05_a_slow_probe_reopens_although_it_succeeds() {
    let service = service!("ho_05", window = 4, slow = 1s, cooldown = 5s, probes = 4);
    assert_eq!(service.calls("FFFF").await, "FFFF");
    advance(s(5)).await;
    let failures = service.counters().failures;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.slow(s(1), "S").await, "S");
    assert_eq!(service.state(), State::Open);
    assert_eq!(service.counters().failures, failures);
}

/// Resilience4j · adapted. Factors are whole numbers: 2 for 1.5
#[tokio::test(start_paused = true)]
async fn ho_08_the_cooldown_grows_with_each_reopening() {
    let service = service!("ho_08", failures = 1, cooldown = 5s, cooldown_factor = 2);
    assert_eq!(service.calls("F").await, "F");
    advance(s(3)).await;
    assert_eq!(service.calls("S").await, "R");
    advance(s(3)).await;
    assert_eq!(service.calls("F").await, "F");
    advance(s(6)).await;
    assert_eq!(service.calls("S").await, "R");
    advance(s(5)).await;
    assert_eq!(service.calls("S").await, "S");
}

/// Resilience4j · adapted. The place of a hung probe goes to another call after one cooldown, at
/// least 1 s; the state stays
#[tokio::test(start_paused = true)]
async fn ho_09_probes_without_a_result_do_not_keep_it_half_open_for_ever() {
    let service = service!("ho_09", failures = 1, cooldown = 1s, probes = 1);
    cooled(&service, s(1)).await;
    let hung = service.hold('F');
    assert!(hung.is_running());
    advance(just_before(s(1))).await;
    assert_eq!(service.calls("S").await, "R");
    advance(TICK).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(hung.end().await, 'F');
    assert_eq!(service.state(), State::Closed);
}

/// Polly · same. With `probes = 1`
#[tokio::test(start_paused = true)]
async fn ho_18_one_probe_closes_or_opens_for_a_whole_cooldown() {
    let service = service!("ho_18", failures = 2, cooldown = 30s, probes = 1);
    assert_eq!(service.calls("FF").await, "FF");
    advance(s(30)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("FF").await, "FF");
    advance(s(30)).await;
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(service.rejection().await.retry_after(), Some(s(30)));
    advance(just_before(s(30))).await;
    assert_eq!(service.calls("S").await, "R");
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ho_21_a_cooldown_beyond_the_clock_is_clamped() {
    static CIRCUIT: Circuit = Circuit::new("ho_21")
        .failures(1)
        .cooldown(Duration::MAX)
        .cooldown_factor(u32::MAX);
    let service = shared!(CIRCUIT);
    assert_eq!(service.calls("FS").await, "FR");
    advance(s(60 * 60 * 24 * 365)).await;
    let century = s(60 * 60 * 24 * 365 * 100);
    assert!(service.rejection().await.retry_after() > Some(century));
    assert_eq!(CIRCUIT.state(), State::Open);
}

/// gobreaker · adapted. Holds as it is; ours is half-open at exactly 60 s
#[tokio::test(start_paused = true)]
async fn ho_22_a_probe_is_allowed_at_exactly_the_end() {
    let service = service!("ho_22", failures = 1, cooldown = 60s);
    assert_eq!(service.calls("F").await, "F");
    advance(ms(59_999)).await;
    assert_eq!(service.calls("S").await, "R");
    assert_eq!(service.rejection().await.retry_after(), Some(ms(1)));
    assert_eq!(service.state(), State::Open);
    advance(ms(1)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::HalfOpen);
}

/// gobreaker · adapted. Places are for calls under way, so three are held at once
#[tokio::test(start_paused = true)]
async fn ho_24_more_probes_than_places_are_rejected() {
    let service = service!("ho_24", failures = 1, cooldown = 60s, probes = 3);
    cooled(&service, s(60)).await;
    let held = [service.hold('S'), service.hold('S'), service.hold('S')];
    assert!(held.iter().all(Held::is_running));
    let rejection = service.rejection().await;
    assert!(matches!(
        rejection,
        Rejection::CircuitOpen {
            retry_after: None,
            ..
        }
    ));
    for call in held {
        assert_eq!(service.state(), State::HalfOpen);
        assert_eq!(call.end().await, 'S');
    }
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.window(), [0, 0, 0]);
    assert_eq!(service.counters().consecutive_failures, 0);

    // A place is for a call under way: after two successes there are three again.
    cooled(&service, s(60)).await;
    assert_eq!(service.calls("SS").await, "SS");
    let held = [service.hold('S'), service.hold('S'), service.hold('S')];
    assert!(held.iter().all(Held::is_running));
    assert_eq!(service.calls("S").await, "R");
}

/// Polly · same. Ours does not record it either
#[tokio::test(start_paused = true)]
async fn ho_26_a_late_result_of_the_closed_state_changes_nothing() {
    let service = service!("ho_26", window = 10s, min_calls = 2);
    let early = service.hold('F');
    assert_eq!(service.calls("FF").await, "FF");
    assert_eq!(service.state(), State::Open);
    let before = service.counters();
    assert_eq!(early.end().await, 'F');
    assert_eq!(service.state(), State::Open);
    assert_eq!(service.counters(), before);
    assert_eq!(before.opened, 1);
}

/// gobreaker · same
#[tokio::test(start_paused = true)]
async fn ho_27_a_panic_is_a_failure_and_passes_on() {
    let service = service!("ho_27", failures = 2, cooldown = 1s, probes = 1);
    assert_eq!(service.calls("P").await, "P");
    assert_eq!(service.counters().consecutive_failures, 1);
    assert_eq!(service.calls("PS").await, "PR");
    advance(s(1)).await;
    assert_eq!(service.calls("PS").await, "PR");
    assert_eq!(service.counters().failures, 3);
}

/// Hystrix · same
#[tokio::test(start_paused = true)]
async fn ho_28_a_cancelled_probe_leaves_nothing_behind() {
    let service = service!("ho_28", failures = 1, cooldown = 200ms, probes = 1);
    cooled(&service, ms(200)).await;
    let probe = service.hold('S');
    assert!(probe.is_running());
    drop(probe);
    advance(s(2)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::Closed);
}

/// cockatiel · same. Asked of the cooldown itself
#[tokio::test(start_paused = true)]
async fn ho_33_closing_resets_the_growing_cooldown() {
    let service = service!(
        "ho_33",
        failures = 1,
        cooldown = 1s,
        cooldown_factor = 2,
        probes = 1
    );
    let wait = async || service.rejection().await.retry_after();
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(wait().await, Some(s(1)));
    advance(s(1)).await;
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(wait().await, Some(s(2)));
    advance(s(2)).await;
    assert_eq!(service.calls("SF").await, "SF");
    assert_eq!(wait().await, Some(s(1)));
}

/// resilience4j/resilience4j#544, #858, #903, #935, #994, #1568, #1681, #2120 · same
#[tokio::test(start_paused = true)]
async fn gap_01_a_dropped_probe_gives_its_place_to_the_next_call() {
    let service = service!("gap_01", failures = 1, cooldown = 1s, probes = 1);
    cooled(&service, s(1)).await;
    let probe = service.hold('S');
    assert_eq!(service.calls("S").await, "R");
    drop(probe);
    assert_eq!(service.state(), State::HalfOpen);
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::Closed);
}

/// alibaba/Sentinel#1638 · same
#[tokio::test(start_paused = true)]
async fn gap_02_a_probe_that_a_layer_inside_rejects_gives_its_place_back() {
    static OUTER: Circuit = Circuit::new("gap_02_outer")
        .failures(1)
        .cooldown(s(1))
        .probes(1);
    static LIMITER: Circuit = Circuit::new("gap_02_limiter").failures(9);

    // Even an `on` that matches the rejection does not make it a failure of the dependency.
    #[circuit(OUTER, on = _)]
    #[circuit(LIMITER)]
    async fn all(body: Body) -> Result<(), Error> {
        body.run().await
    }

    #[circuit(OUTER)]
    #[circuit(LIMITER)]
    async fn retryable(body: Body) -> Result<(), Error> {
        body.run().await
    }

    let services = [
        Service::new("all", |body| Box::pin(all(body))),
        Service::new("retryable", |body| Box::pin(retryable(body))),
    ];
    for service in services {
        cooled(&service, s(1)).await;
        LIMITER.force_open();
        let before = (OUTER.counters(), LIMITER.counters().rejected);
        for _ in 0..3 {
            assert!(service.rejection().await.is_circuit_open());
            assert_eq!(OUTER.state(), State::HalfOpen);
        }
        assert_eq!(OUTER.counters(), before.0);
        assert_eq!(LIMITER.counters().rejected, before.1 + 3);
        LIMITER.reset();
        assert_eq!(service.calls("S").await, "S");
        assert_eq!(OUTER.state(), State::Closed);
    }
}

/// routecraftjs/routecraft#460 · same
#[tokio::test(start_paused = true)]
async fn gap_14_a_panicking_classifier_gives_the_place_back() {
    let service = service!("gap_14", failures = 1, cooldown = 1s, probes = 1);
    cooled(&service, s(1)).await;
    assert_eq!(service.calls("X").await, "X");
    assert_eq!(service.state(), State::HalfOpen);
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::Closed);
}

#[circuit(name = "gap_15", failures = 1, probes = probes)]
async fn with_probes(probes: u32, body: Body) -> Result<(), Error> {
    body.run().await
}

/// vllm-project/semantic-router#3740 · same. for a number that shows at run time; a literal and a
/// `static` do not compile (`ui/arguments/circuit_probes_zero.rs`, `circuit_shared_probes_zero.rs`)
#[tokio::test(start_paused = true)]
async fn gap_15_no_probes_are_refused_before_the_body_runs() {
    let service = Service::new("gap_15", |body| {
        Box::pin(async {
            match with_probes(0, body).await {
                Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) => {
                    assert!(reason.contains("probes"), "{reason}");
                    Ok(())
                }
                other => panic!("not refused: {other:?}"),
            }
        })
    });
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.runs(), 0);
    let service = Service::new("gap_15", |body| Box::pin(with_probes(1, body)));
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.runs(), 1);
}

/// getnora-io/nora#585, use-agent-os/agent-os#1862 · adapted. The answer is a success and closes
#[tokio::test(start_paused = true)]
async fn gap_16_a_probe_with_an_answer_gives_its_place_back() {
    let service = service!("gap_16", failures = 1, cooldown = 1s, probes = 1);
    cooled(&service, s(1)).await;
    let probe = service.hold('N');
    assert_eq!(service.calls("S").await, "R");
    assert_eq!(probe.end().await, 'N');
    // The dependency answered: that is what one probe was to find out.
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("S").await, "S");
}

/// dsx-ai-factory/nv-redfish#211 · same
#[tokio::test(start_paused = true)]
async fn gap_17_a_neutral_end_of_an_older_call_frees_no_newer_place() {
    let service = service!("gap_17", failures = 1, cooldown = 1s, probes = 1);
    let early = service.hold('S');
    let toxic = service.hold('X');
    cooled(&service, s(1)).await;
    let older = service.hold('S');
    assert!(older.is_running());
    advance(s(1)).await;
    // The older probe has outstayed its lease.
    let probe = service.hold('S');
    assert!(probe.is_running());
    drop(early);
    assert_eq!(toxic.end().await, 'X');
    drop(older);
    assert_eq!(service.calls("S").await, "R");
    assert_eq!(probe.end().await, 'S');
    assert_eq!(service.state(), State::Closed);

    // A probe of an earlier half-open state, whose place another one has by now.
    let service = service!("gap_17_again", failures = 1, cooldown = 1s, probes = 2);
    cooled(&service, s(1)).await;
    let early = [service.hold('S'), service.hold('X')];
    assert!(early.iter().all(Held::is_running));
    advance(s(1)).await;
    assert_eq!(service.calls("FS").await, "FR");
    advance(s(1)).await;
    let probes = [service.hold('S'), service.hold('S')];
    assert!(probes.iter().all(Held::is_running));
    let [dropped, toxic] = early;
    drop(dropped);
    assert_eq!(toxic.end().await, 'X');
    assert_eq!(service.calls("S").await, "R");
}

/// maziyarpanahi/openmed#3283 · same. A panic of the body is a failure, and reopens
#[tokio::test(start_paused = true)]
async fn gap_18_an_interrupted_probe_frees_its_own_place_only() {
    let service = service!("gap_18", failures = 1, cooldown = 1s, probes = 3);
    cooled(&service, s(1)).await;
    let (kept, dropped, toxic) = (service.hold('S'), service.hold('S'), service.hold('X'));
    assert_eq!(service.calls("S").await, "R");

    drop(dropped);
    let next = service.hold('S');
    assert!(next.is_running());
    assert_eq!(service.calls("S").await, "R");

    assert_eq!(toxic.end().await, 'X');
    let last = service.hold('P');
    assert!(last.is_running());
    assert_eq!(service.calls("S").await, "R");

    // A panic is a failure: it ends the half-open state, and with it the others' places.
    assert_eq!(last.end().await, 'P');
    assert_eq!(service.state(), State::Open);
    assert_eq!(kept.end().await, 'S');
    drop(next);
    assert_eq!(service.state(), State::Open);
    advance(s(1)).await;
    let places = [service.hold('S'), service.hold('S'), service.hold('S')];
    assert!(places.iter().all(Held::is_running));
    assert_eq!(service.calls("S").await, "R");
}

/// App-vNext/Polly#1979 · adapted. It also counts as one of the successes that close
#[tokio::test(start_paused = true)]
async fn ec_08_an_ignored_probe_lets_the_next_one_in_at_once() {
    let service = service!("ec_08", failures = 1, cooldown = 1s, probes = 2);
    cooled(&service, s(1)).await;
    let held = service.hold('S');
    assert_eq!(service.calls("N").await, "N");
    assert_eq!(service.state(), State::HalfOpen);
    let next = service.hold('S');
    assert!(next.is_running());
    assert_eq!(service.calls("S").await, "R");
    assert_eq!(held.end().await, 'S');
    assert_eq!(service.state(), State::Closed);
}

/// Drops a probe after every number of polls: nothing is lost, whatever lies in the stack.
///
/// The circuit opens at the first failure and is probed once, after a second.
async fn probe_is_dropped_after_every_poll(service: &Service) {
    const YIELDS: u32 = 4;
    assert_eq!(service.calls("S").await, "S");
    let circuit = service.circuit();
    for round in 0..2_000 {
        for polls in 1..=YIELDS {
            cooled(service, s(1)).await;
            assert_eq!(circuit.state(), State::Open, "round {round}");
            let mut probe = service.yielding(YIELDS, 'F');
            for _ in 0..polls {
                assert!(!probe.poll());
            }
            assert_eq!(circuit.state(), State::HalfOpen);
            assert!(!service.hold('S').is_running());
            let before = circuit.counters();
            drop(probe);
            assert_eq!(circuit.state(), State::HalfOpen);
            assert_eq!(circuit.counters(), before);
            assert_eq!(service.calls("S").await, "S", "dropped after {polls} polls");
            assert_eq!(circuit.state(), State::Closed);
        }
        // Never polled: it has asked for nothing.
        cooled(service, s(1)).await;
        drop(service.yielding(YIELDS, 'F'));
        assert_eq!(circuit.state(), State::Open);
        assert_eq!(service.calls("S").await, "S");
        assert_eq!(circuit.state(), State::Closed);
    }
}

/// svroonland/rezilience#521, monix/monix#1080 · same
#[tokio::test(start_paused = true)]
async fn cx_01_a_probe_dropped_after_any_poll_gives_its_place_back() {
    let service = service!("cx_01", failures = 1, cooldown = 1s, probes = 1);
    probe_is_dropped_after_every_poll(&service).await;
}

#[tokio::test(start_paused = true)]
async fn cx_01_also_for_a_key() {
    let service = service!(
        "cx_01_key",
        failures = 1,
        cooldown = 1s,
        probes = 1,
        key = "host"
    );
    probe_is_dropped_after_every_poll(&service).await;
    assert_eq!(service.circuit().key().as_deref(), Some("\"host\""));
}

#[tokio::test(start_paused = true)]
async fn cx_01_also_in_a_stack() {
    static CIRCUIT: Circuit = Circuit::new("cx_01_stack")
        .failures(1)
        .cooldown(s(1))
        .probes(1);

    #[timeout(60s)]
    #[circuit(CIRCUIT)]
    #[retry(max = 0)]
    #[timeout(10s)]
    async fn call(body: Body) -> Result<(), Error> {
        body.run().await
    }

    let service = Service::new(CIRCUIT.name(), |body| Box::pin(call(body)));
    probe_is_dropped_after_every_poll(&service).await;
}
