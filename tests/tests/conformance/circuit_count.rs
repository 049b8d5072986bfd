//! CB: circuits that count calls.

use resilience::{Circuit, State, circuit};

use crate::harness::{Body, Error, Service, advance, ms, s, service};

/// MicroProfile Fault Tolerance · same. A policy has one place, so nothing overrides a type's
#[tokio::test(start_paused = true)]
async fn cb_02_a_full_window_of_failures_opens() {
    let service = service!("cb_02", window = 2, rate = 100%, cooldown = 50s);
    assert_eq!(service.calls("FFFFFFF").await, "FFRRRRR");
    assert_eq!(service.runs(), 2);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cb_03_closes_again_after_its_probes() {
    let service = service!("cb_03", window = 4, rate = 75%, cooldown = 1ms, probes = 2);
    assert_eq!(service.calls("FFFF").await, "FFFF");
    advance(ms(500)).await;
    assert_eq!(service.calls("SSS").await, "SSS");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.runs(), 7);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cb_04_closing_empties_the_window() {
    let service = service!("cb_04", window = 4, rate = 75%, cooldown = 1s, probes = 1);
    assert_eq!(service.calls("FFFFF").await, "FFFFR");
    advance(s(2)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.window(), [0, 0, 0]);
    assert_eq!(service.calls("FFFFF").await, "FFFFR");
    assert_eq!(service.runs(), 9);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cb_05_one_failure_among_the_probes_reopens() {
    let service = service!("cb_05", window = 4, rate = 75%, cooldown = 1s, probes = 3);
    assert_eq!(service.calls("FFFFF").await, "FFFFR");
    advance(s(2)).await;
    assert_eq!(service.calls("SS").await, "SS");
    assert_eq!(service.state(), State::HalfOpen);
    assert_eq!(service.calls("FS").await, "FR");
    assert_eq!(service.runs(), 7);
}

/// Up to the end of CB-10.
macro_rules! slid_open {
    ($name:tt) => {{
        let service = service!($name, window = 4, rate = 50%, cooldown = 1s, probes = 2);
        assert_eq!(service.calls("SSNSSSFS").await, "SSNSSSFS");
        assert_eq!(service.state(), State::Closed);
        assert_eq!(service.calls("F").await, "F");
        service
    }};
}

/// CB-11 from there.
async fn reopens(service: &Service) {
    advance(ms(1500)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::HalfOpen);
    assert_eq!(service.calls("FSSS").await, "FRRR");
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cb_10_the_window_slides_and_an_answer_is_a_success() {
    let service = slid_open!("cb_10");
    assert_eq!(service.state(), State::Open);
    assert_eq!(service.counters().successes, 7);
    assert_eq!(service.calls("SSSSS").await, "RRRRR");
}

/// SmallRye Fault Tolerance · adapted. The clock is not set back: the calls come at the start and
/// the end of the new cooldown
#[tokio::test(start_paused = true)]
async fn cb_11_a_failed_probe_opens_for_a_whole_cooldown() {
    let service = slid_open!("cb_11");
    reopens(&service).await;
    advance(ms(999)).await;
    assert_eq!(service.calls("S").await, "R");
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cb_12_closes_after_the_second_of_two_probes() {
    let service = slid_open!("cb_12");
    reopens(&service).await;
    advance(ms(1500)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::HalfOpen);
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("S").await, "S");
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn cb_16_slow_calls_open_below_the_failure_rate() {
    let service = service!("cb_16", window = 10, min_calls = 5, slow = 4s, slow_rate = 50%);
    assert_eq!(service.slow(s(5), "FS").await, "FS");
    assert_eq!(service.slow(ms(100), "FS").await, "FS");
    assert_eq!(service.window(), [4, 2, 2]);
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.slow(s(5), "S").await, "S");
    assert_eq!(service.state(), State::Open);
    let counters = service.counters();
    assert_eq!((counters.slow, counters.failures), (3, 2));
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn cb_17_durations_are_those_of_the_paused_clock() {
    let service = service!("cb_17", window = 10, min_calls = 5, slow = 4s, slow_rate = 50%);
    for (takes, slow) in [(5, 1), (5, 2), (1, 2), (1, 2)] {
        assert_eq!(service.slow(s(takes), "S").await, "S");
        let [_, _, counted] = service.window();
        assert_eq!(counted, slow);
    }
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.slow(s(5), "S").await, "S");
    assert_eq!(service.state(), State::Open);
}

/// Failsafe · adapted. One failure is not our default
#[tokio::test(start_paused = true)]
async fn cb_18_one_failure_where_one_is_asked() {
    let service = service!("cb_18", failures = 1);
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(service.state(), State::Open);
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn cb_20_three_failures_in_a_row() {
    let service = service!("cb_20", failures = 3);
    assert_eq!(service.calls("FSFF").await, "FSFF");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(service.state(), State::Open);
}

/// Success and failure in turn, forty calls, never open.
async fn alternates(service: Service) {
    for call in 0..20 {
        assert_eq!(service.calls("SF").await, "SF");
        assert_eq!(service.state(), State::Closed, "after {call} pairs");
    }
    assert_eq!(service.runs(), 40);
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn cb_21_every_second_call_is_never_three_of_four() {
    alternates(service!("cb_21", window = 4, rate = 75%)).await;
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn cb_22_every_second_call_is_never_two_in_a_row() {
    alternates(service!("cb_22", failures = 2)).await;
}

/// gobreaker · adapted. "More than five" is `failures = 6`
#[tokio::test(start_paused = true)]
async fn cb_23_a_success_ends_the_run_and_opening_clears_the_counts() {
    let service = service!("cb_23", failures = 6);
    let in_a_row = || service.counters().consecutive_failures;
    assert_eq!(service.calls("FFFFF").await, "FFFFF");
    assert_eq!((service.state(), in_a_row()), (State::Closed, 5));
    assert_eq!(service.calls("S").await, "S");
    assert_eq!((service.state(), in_a_row()), (State::Closed, 0));
    assert_eq!(service.calls("FFFFF").await, "FFFFF");
    assert_eq!((service.state(), in_a_row()), (State::Closed, 5));
    assert_eq!(service.calls("F").await, "F");
    assert_eq!((service.state(), in_a_row()), (State::Open, 0));
}

/// cockatiel · same
#[tokio::test(start_paused = true)]
async fn cb_25_too_few_calls_never_open() {
    let service = service!("cb_25", window = 100, rate = 50%, min_calls = 50);
    assert_eq!(service.calls(&"F".repeat(49)).await, "F".repeat(49));
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(service.state(), State::Open);
}

/// cockatiel · adapted. Holds as it is; exactly the threshold (25 of 50) opens ours as well
#[tokio::test(start_paused = true)]
async fn cb_27_opens_with_the_call_that_completes_the_minimum() {
    let service = service!("cb_27", window = 100, rate = 50%, min_calls = 50);
    let script = "S".repeat(24) + &"F".repeat(25);
    assert_eq!(service.calls(&script).await, script);
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(service.state(), State::Open);

    // Exactly the threshold is enough for us.
    service.circuit().reset();
    let script = "S".repeat(25) + &"F".repeat(25);
    assert_eq!(service.calls(&script).await, script);
    assert_eq!(service.state(), State::Open);
}

/// Polly · adapted. 20 % of 11 calls would have opened ours earlier: 1 of 11 and 2 of 12 stand for
/// it
#[tokio::test(start_paused = true)]
async fn cb_28_verdicts_around_a_rate_and_a_minimum() {
    let service = service!("cb_28", window = 100, rate = 10%, min_calls = 10);
    let table = [
        ("SSSSSSSSSS", State::Closed),
        ("SSSSSSSSSF", State::Open),
        ("SSSSSSSSFF", State::Open),
        // One of eleven is not ten percent, two of twelve are.
        ("SSSSSSSSSSF", State::Closed),
        ("SSSSSSSSSSFF", State::Open),
        ("SSSSSSSSF", State::Closed),
    ];
    for (script, state) in table {
        assert_eq!(service.calls(script).await, script);
        assert_eq!(service.state(), state, "{script}");
        service.circuit().reset();
    }
}

/// Hystrix · same
#[tokio::test(start_paused = true)]
async fn cb_29_a_low_volume_never_opens() {
    let service = service!("cb_29", window = 20, min_calls = 5);
    assert_eq!(service.calls("FFFF").await, "FFFF");
    assert_eq!(service.state(), State::Closed);
}

/// Hystrix · same
#[tokio::test(start_paused = true)]
async fn cb_30_half_of_eight_opens() {
    let service = service!("cb_30", window = 8, rate = 50%);
    assert_eq!(service.calls("SSSSFFF").await, "SSSSFFF");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(service.state(), State::Open);
}

/// Hystrix · same
#[tokio::test(start_paused = true)]
async fn cb_31_three_of_eight_do_not_open() {
    let service = service!("cb_31", window = 8, rate = 50%);
    assert_eq!(service.calls("SSSSSFFF").await, "SSSSSFFF");
    assert_eq!(service.state(), State::Closed);
}

/// Sentinel · adapted. Opens at 12 of 15, which is the threshold, not one call later
#[tokio::test(start_paused = true)]
async fn cb_33_the_rate_of_slow_calls_and_a_slow_probe() {
    let service = service!(
        "cb_33",
        window = 20s, min_calls = 10, slow = 50ms, slow_rate = 80%, cooldown = 5s, probes = 1
    );
    assert_eq!(service.slow(ms(60), "SSSSSSS").await, "SSSSSSS");
    assert_eq!(service.slow(ms(10), "SSS").await, "SSS");
    assert_eq!(service.window(), [10, 0, 7]);
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.slow(ms(60), "SSSS").await, "SSSS");
    assert_eq!(service.window(), [14, 0, 11]);
    assert_eq!(service.state(), State::Closed);
    // 12 of 15 are 80 %: at the threshold it opens.
    assert_eq!(service.slow(ms(60), "SS").await, "SR");
    advance(s(1)).await;
    assert_eq!(service.calls("S").await, "R");
    advance(s(5)).await;
    assert_eq!(service.slow(ms(60), "SS").await, "SR");
    advance(s(6)).await;
    assert_eq!(service.slow(ms(10), "S").await, "S");
    assert_eq!(service.state(), State::Closed);
}

/// Sentinel · same
#[tokio::test(start_paused = true)]
async fn cb_34_a_rate_of_errors_from_open_to_closed() {
    let service = service!(
        "cb_34",
        window = 60s, rate = 20%, min_calls = 2, cooldown = 10s, probes = 1
    );
    assert_eq!(service.calls("SFS").await, "SFR");
    advance(s(5)).await;
    assert_eq!(service.calls("S").await, "R");
    advance(s(10)).await;
    assert_eq!(service.calls("FS").await, "FR");
    advance(s(10)).await;
    assert_eq!(service.calls("S").await, "S");
    assert_eq!(service.calls("SSSSSSSF").await, "SSSSSSSF");
    assert_eq!(service.state(), State::Closed);
}

/// failsafe-go · adapted. The error of each list is tried in either order
#[tokio::test(start_paused = true)]
async fn cb_35_nested_circuits_count_their_own_errors() {
    static DOWN: Circuit = Circuit::new("cb_35_down").failures(1);
    static ANSWER: Circuit = Circuit::new("cb_35_answer").failures(1);

    #[circuit(DOWN, on = Error::Down)]
    #[circuit(ANSWER, on = Error::Answer)]
    async fn one(body: Body) -> Result<(), Error> {
        body.run().await
    }

    #[circuit(ANSWER, on = Error::Answer)]
    #[circuit(DOWN, on = Error::Down)]
    async fn other(body: Body) -> Result<(), Error> {
        body.run().await
    }

    let orders = [
        Service::new("one", |body| Box::pin(one(body))),
        Service::new("other", |body| Box::pin(other(body))),
    ];
    for service in orders {
        assert_eq!(service.calls("NS").await, "NR");
        assert_eq!((DOWN.state(), ANSWER.state()), (State::Closed, State::Open));
        ANSWER.reset();
        assert_eq!(service.calls("FS").await, "FR");
        assert_eq!((DOWN.state(), ANSWER.state()), (State::Open, State::Closed));
        DOWN.reset();
    }
}

struct Client;
struct Other;

impl Client {
    #[circuit(window = 8, cooldown = 1s)]
    async fn read(&self, body: Body) -> Result<(), Error> {
        body.run().await
    }

    #[circuit(window = 8, cooldown = 1s)]
    async fn write(&self, body: Body) -> Result<(), Error> {
        body.run().await
    }
}

impl Other {
    #[circuit(window = 8, cooldown = 1s)]
    async fn read(&self, body: Body) -> Result<(), Error> {
        body.run().await
    }
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cb_36_instances_share_and_methods_do_not() {
    static ONE: Client = Client;
    static TWO: Client = Client;
    let one = Service::new("one", |body| Box::pin(ONE.read(body)));
    let two = Service::new("two", |body| Box::pin(TWO.read(body)));
    for _ in 0..4 {
        assert_eq!(one.calls("F").await, "F");
        assert_eq!(two.calls("S").await, "S");
    }
    assert_eq!(one.calls("S").await, "R");
    assert_eq!(two.calls("S").await, "R");
    let other_method = Service::new("write", |body| Box::pin(ONE.write(body)));
    assert_eq!(other_method.calls("S").await, "S");
    let other_type = Service::new("other", |body| Box::pin(Other.read(body)));
    assert_eq!(other_type.calls("S").await, "S");
}

/// lerouxrgd/recloser#10, denoland/std#7308 · same
#[tokio::test(start_paused = true)]
async fn ec_12_a_success_that_completes_the_window_opens_it() {
    let service = service!("ec_12", window = 3, rate = 50%);
    assert_eq!(service.calls("FF").await, "FF");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("SS").await, "SR");
}
