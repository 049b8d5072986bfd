//! Runs one case so often, for callgrind to count; `benches/run` does that for all of them.
//!
//! ```text
//! benches <case> poll|tokio|scaling <calls>
//! benches <case> bytes
//! benches hitrate
//! ```
//!
//! A process runs one case only, inside a function called `measured_region`: callgrind collects
//! there and nowhere else. No other function may have that in its name.

mod annotated;
mod body;
mod caches;
mod hand;
mod hitrate;

use std::{
    env,
    future::Future,
    hint::black_box,
    io::Write,
    pin::pin,
    process::ExitCode,
    sync::Barrier,
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};

macro_rules! cases {
    ($name:expr, $how:expr, $($text:literal => $call:expr),* $(,)?) => {
        match $name {
            $($text => Some(run($how, $call)),)*
            _ => None,
        }
    };
}

/// What to do with a case.
#[derive(Clone, Copy)]
enum How {
    /// Poll with a waker that does nothing, inside an entered runtime.
    Poll(u64),
    /// `block_on` of a current-thread runtime.
    Tokio(u64),
    /// Calls per second of one and of two threads.
    Scaling(u64),
    /// The size of the future.
    Bytes,
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let calls = |text: &str| text.parse().unwrap_or(512);
    let (case, how) = match args.as_slice() {
        [case, "poll", n] => (*case, How::Poll(calls(n))),
        [case, "tokio", n] => (*case, How::Tokio(calls(n))),
        [case, "scaling", n] => (*case, How::Scaling(calls(n))),
        [case, "bytes"] => (*case, How::Bytes),
        ["hitrate"] => {
            return match write!(std::io::stdout(), "{}", hitrate::table()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        _ => return ExitCode::from(2),
    };
    let line = cases!(case, how,
        "bare" => annotated::bare,
        "bare_pends" => annotated::bare_pends,
        "bare_fails" => body::fails_three_times,
        "bare_string" => |x| annotated::bare_named(x, body::name()),
        "retry" => annotated::retried,
        "hand_retry" => hand::retried,
        "retry_string" => |x| annotated::retried_named(x, body::name()),
        "hand_retry_string" => |x| hand::retried_named(x, body::name()),
        "retry_fails" => annotated::retried_in_vain,
        "hand_retry_fails" => hand::retried_in_vain,
        "timeout" => annotated::limited,
        "hand_timeout" => hand::limited,
        "timeout_string" => |x| annotated::limited_named(x, body::name()),
        "hand_timeout_string" => |x| hand::limited_named(x, body::name()),
        "timeout_pends" => annotated::limited_pends,
        "hand_timeout_pends" => hand::limited_pends,
        "tokio_timeout_pends" => hand::tokio_limited_pends,
        "hedge" => annotated::hedged,
        "hand_hedge" => hand::hedged,
        "hedge_pends" => annotated::hedged_pends,
        "hand_hedge_pends" => hand::hedged_pends,
        "hedge_p95_pends" => annotated::hedged_by_percentile_pends,
        "circuit" => annotated::guarded,
        "hand_circuit" => hand::guarded,
        "circuit_rate" => annotated::guarded_by_rate,
        "hand_circuit_rate" => hand::guarded_by_rate,
        "rate_limit" => annotated::paced,
        "hand_rate_limit" => hand::paced,
        "rate_limit_keyed" => annotated::paced_by_key,
        "bulkhead" => annotated::slotted,
        "hand_bulkhead" => hand::slotted,
        "bulkhead_pends" => annotated::slotted_pends,
        "hand_bulkhead_pends" => hand::slotted_pends,
        "tokio_bulkhead" => hand::tokio_slotted,
        "tokio_bulkhead_waiting" => hand::tokio_slotted_waiting,
        "fallback" => annotated::covered,
        "hand_fallback" => hand::covered,
        "compensate" => annotated::undoable,
        "hand_compensate" => hand::undoable,
        "stack4" => annotated::stacked,
        "hand_stack4" => hand::stacked,
        "stack4_string" => |x| annotated::stacked_named(x, body::name()),
        "bare_wide" => annotated::bare_wide,
        "retry_wide" => annotated::retried_wide,
        "stack4_wide" => annotated::stacked_wide,
        "cache" => caches::ours,
        "hand_cache" => caches::quick,
        "cache_text" => caches::ours_text,
        "hand_cache_text" => caches::quick_text,
        "moka_cache" => caches::moka,
        "cached_cache" => caches::cached,
        "saga" => annotated::saga_of_one,
    );
    let Some(line) = line else {
        return ExitCode::from(2);
    };
    match writeln!(std::io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn run<F: Future>(how: How, call: impl Fn(u64) -> F + Sync) -> String {
    let Ok(runtime) = Builder::new_current_thread().enable_time().build() else {
        return "no runtime".to_owned();
    };
    // The first call lists circuits, reports steps outside sagas and the like.
    runtime.block_on(async {
        black_box(call(1).await);
    });
    match how {
        How::Bytes => size_of_val(&call(1)).to_string(),
        How::Poll(calls) => {
            let _entered = runtime.enter();
            measured_region(calls, call);
            calls.to_string()
        }
        How::Tokio(calls) => {
            measured_region_of_tokio(&runtime, calls, call);
            calls.to_string()
        }
        How::Scaling(calls) => scaling(calls, &call),
    }
}

#[inline(never)]
fn measured_region<F: Future>(calls: u64, call: impl Fn(u64) -> F) {
    polled(calls, call);
}

#[inline(never)]
fn measured_region_of_tokio<F: Future>(runtime: &Runtime, calls: u64, call: impl Fn(u64) -> F) {
    runtime.block_on(async {
        for x in 0..calls {
            black_box(call(x).await);
        }
    });
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "the loop is part of what every case is charged with"
)]
fn polled<F: Future>(calls: u64, call: impl Fn(u64) -> F) {
    let mut context = Context::from_waker(Waker::noop());
    for x in 0..calls {
        let mut future = pin!(call(x));
        let outcome = loop {
            if let Poll::Ready(outcome) = future.as_mut().poll(&mut context) {
                break outcome;
            }
        };
        black_box(outcome);
    }
}

/// How much faster two threads are than one: the median of so many rounds of 2 ms or so.
fn scaling<F: Future>(calls: u64, call: &(impl Fn(u64) -> F + Sync)) -> String {
    let mut rounds: Vec<f64> = (0..31)
        .map(|_| 2.0 * spent(1, calls, call).as_secs_f64() / spent(2, calls, call).as_secs_f64())
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds
        .get(15)
        .map_or_else(String::new, |median| format!("{median:.2}"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch, outside every runtime"
)]
fn spent<F: Future>(threads: usize, calls: u64, call: &(impl Fn(u64) -> F + Sync)) -> Duration {
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let start = Instant::now();
                    polled(calls, call);
                    start.elapsed()
                })
            })
            .collect();
        let times = threads.into_iter().filter_map(|thread| thread.join().ok());
        times.max().unwrap_or_default()
    })
}
