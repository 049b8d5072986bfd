//! CT: circuits that look back over time.

use std::time::Duration;

use resilience::State;

use crate::harness::{Service, TICK, advance, just_before, ms, s, service};

/// What most rows ask: half of at least four calls in ten seconds.
macro_rules! ten_seconds {
    ($name:tt) => {
        service!($name, window = 10s, rate = 50%, min_calls = 4, cooldown = 30s)
    };
}

/// Calls the script of each line at its time, and looks at the state after all of them.
async fn plays(service: &Service, lines: &[(Duration, &str)], state: State) {
    let mut now = Duration::ZERO;
    for &(at, script) in lines {
        advance(at.saturating_sub(now)).await;
        now = at;
        assert_eq!(service.calls(script).await, script, "at {at:?}");
    }
    assert_eq!(service.state(), state);
}

const TEN: Duration = s(10);
const NEARLY_TEN: Duration = just_before(TEN);

/// Polly · adapted. Our rejection does not carry the last failure: it belongs to another caller
#[tokio::test(start_paused = true)]
async fn ct_02_four_failures_at_once_open() {
    let service = ten_seconds!("ct_02");
    assert_eq!(service.calls("FFF").await, "FFF");
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("FS").await, "FR");
    assert!(service.rejection().await.is_circuit_open());
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ct_03_failures_count_until_just_before_the_end_of_the_window() {
    let service = ten_seconds!("ct_03");
    let lines = [(s(0), "FFF"), (NEARLY_TEN, "F")];
    plays(&service, &lines, State::Open).await;
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ct_04_outcomes_expire_at_exactly_the_length_of_the_window() {
    let service = ten_seconds!("ct_04");
    plays(&service, &[(s(0), "SSF"), (TEN, "F")], State::Closed).await;
    assert_eq!(service.window(), [1, 1, 0]);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ct_05_nothing_is_left_after_two_windows() {
    let service = ten_seconds!("ct_05");
    plays(&service, &[(s(0), "SSF"), (s(20), "F")], State::Closed).await;
    assert_eq!(service.window(), [1, 1, 0]);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ct_06_what_expired_does_not_count_as_throughput() {
    let service = ten_seconds!("ct_06");
    let lines = [(s(0), "SS"), (NEARLY_TEN, "F"), (TEN, "F")];
    plays(&service, &lines, State::Closed).await;
    assert_eq!(service.window(), [2, 2, 0]);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ct_07_the_window_slides_instead_of_starting_anew() {
    let service = ten_seconds!("ct_07");
    let lines = [(s(0), "S"), (NEARLY_TEN, "SSF")];
    plays(&service, &lines, State::Closed).await;
    plays(&service, &[(TICK, "F")], State::Open).await;
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ct_08_three_failures_are_below_the_throughput() {
    let service = ten_seconds!("ct_08");
    let lines = [(s(0), "S"), (NEARLY_TEN, "FF"), (TEN, "F")];
    plays(&service, &lines, State::Closed).await;
    assert_eq!(service.window(), [3, 3, 0]);
}

/// Polly · adapted. They never open, and they are counted, as successes
#[tokio::test(start_paused = true)]
async fn ct_11_answers_never_open() {
    let service = ten_seconds!("ct_11");
    let script = "N".repeat(50);
    plays(&service, &[(s(0), &script), (s(9), &script)], State::Closed).await;
    assert_eq!(service.window(), [100, 0, 0]);
    assert_eq!(service.counters().failures, 0);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ct_13_one_call_leaves_with_each_second() {
    let service = ten_seconds!("ct_13");
    for _ in 0..10 {
        assert_eq!(service.calls("S").await, "S");
        advance(s(1)).await;
    }
    assert_eq!(service.window(), [9, 0, 0]);
    advance(s(1)).await;
    assert_eq!(service.window(), [8, 0, 0]);
}

/// The calls of CT-18: after each line, calls and failures in a window of 4 s.
async fn four_seconds(service: &Service) {
    let lines = [
        (s(0), (10, 40), [50, 40, 0]),
        (s(1), (10, 0), [60, 40, 0]),
        (ms(1500), (0, 20), [80, 60, 0]),
        (ms(600), (5, 20), [105, 80, 0]),
    ];
    for (after, counts, window) in lines {
        advance(after).await;
        assert_eq!(counted(service, counts).await, window);
    }
}

async fn counted(service: &Service, (successes, failures): (usize, usize)) -> [u32; 3] {
    let script = "S".repeat(successes) + &"F".repeat(failures);
    assert_eq!(service.calls(&script).await, script);
    service.window()
}

/// Failsafe · same. With ten buckets in the same 4 s
#[tokio::test(start_paused = true)]
async fn ct_18_sums_over_the_buckets() {
    let service = service!("ct_18", window = 4s, rate = 100%, min_calls = 1000);
    four_seconds(&service).await;
}

/// Failsafe · same. With ten buckets in the same 4 s
#[tokio::test(start_paused = true)]
async fn ct_19_buckets_go_one_by_one_and_all_after_a_pause() {
    let service = service!("ct_19", window = 4s, rate = 100%, min_calls = 1000);
    four_seconds(&service).await;
    advance(ms(2300)).await;
    assert_eq!(counted(&service, (8, 0)).await, [53, 40, 0]);
    advance(ms(1900)).await;
    assert_eq!(counted(&service, (0, 5)).await, [13, 5, 0]);
    advance(ms(15_200)).await;
    assert_eq!(service.window(), [0, 0, 0]);
}

/// The calls of CT-21: after each step, the number of calls in a window of 30 s.
async fn thirty_seconds(service: &Service) {
    assert_eq!(service.calls(&"SFN".repeat(5)).await, "SFN".repeat(5));
    assert_eq!(service.window(), [15, 5, 0]);
    for (after, script, calls) in [(3, "S", 16), (2, "SN", 18), (2, "NS", 20), (2, "F", 21)] {
        advance(s(after)).await;
        assert_eq!(service.calls(script).await, script);
        assert_eq!(service.counters().window_calls, calls);
    }
    for calls in [23, 25, 27, 29, 31, 33] {
        advance(s(3)).await;
        assert_eq!(service.calls("SF").await, "SF");
        assert_eq!(service.counters().window_calls, calls);
    }
    advance(s(3)).await;
    assert_eq!(service.calls("F").await, "F");
    assert_eq!(service.window(), [19, 8, 0]);
    assert_eq!(service.state(), State::Closed);
}

/// gobreaker · same
#[tokio::test(start_paused = true)]
async fn ct_21_the_oldest_bucket_goes_when_a_new_one_begins() {
    let service = service!("ct_21", window = 30s, rate = 60%, min_calls = 3);
    thirty_seconds(&service).await;
}

/// gobreaker · adapted. Answers count as successes, so 17 of 28 is where 60 % is reached
#[tokio::test(start_paused = true)]
async fn ct_22_opens_where_the_rolling_rate_is_reached() {
    let service = service!("ct_22", window = 30s, rate = 60%, min_calls = 3);
    thirty_seconds(&service).await;
    // 16 of 27 are not 60 %, 17 of 28 are.
    assert_eq!(service.calls("FFFFFFFF").await, "FFFFFFFF");
    assert_eq!(service.window(), [27, 16, 0]);
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("FS").await, "FR");
}

/// cockatiel · adapted. Our buckets are shorter: one failure every 358 ms
#[tokio::test(start_paused = true)]
async fn ct_24_a_slow_stream_of_failures_stays_below_the_minimum() {
    let service = service!("ct_24", window = 5s, rate = 20%, min_calls = 15);
    for _ in 0..14 {
        assert_eq!(service.calls("F").await, "F");
        advance(ms(358)).await;
    }
    // The 15th arrives when the first bucket, with two failures, has gone.
    assert_eq!(service.calls("FF").await, "FF");
    assert_eq!(service.window(), [14, 14, 0]);
    assert_eq!(service.state(), State::Closed);
    assert_eq!(service.calls("FS").await, "FR");
}

/// cockatiel · adapted. Always ten buckets, of any length; never longer than asked, at least nine
/// tenths of it
#[tokio::test(start_paused = true)]
async fn ct_27_an_odd_length_still_has_ten_buckets() {
    let window = ms(103);
    for offset in 0..=10 {
        let service = service!("ct_27", window = 103ms, rate = 100%, min_calls = 1000);
        assert_eq!(service.calls("S").await, "S");
        advance(window * offset / 10).await;
        assert_eq!(service.calls("F").await, "F");
        advance(window * 9 / 10).await;
        assert_eq!(service.counters().window_failures, 1, "offset {offset}");
        advance(window / 10).await;
        assert_eq!(service.counters().window_failures, 0, "offset {offset}");
        service.circuit().reset();
    }
}
