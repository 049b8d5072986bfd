//! Steps at the same time, drops, panics and the end of the runtime.

use std::{
    panic::AssertUnwindSafe,
    sync::{Mutex, mpsc},
    time::Duration,
};

use futures::{FutureExt, future::join_all};
use resilience::{Saga, compensate, retry, saga, timeout};

use super::{
    Does, Error, Fails, FailsAfter, Hangs, Ledger, Panics, Works, WorksAfter, report, run, step,
};
use crate::dependency::{Dependency, ms, timed};

/// A step in a task of its own, that belongs to the saga all the same.
fn apart(ledger: &Ledger, name: &'static str, does: Does) {
    let ledger = ledger.clone();
    let one = async move { step(&ledger, name, does).await };
    drop(tokio::spawn(Saga::current().scope(one)));
}

/// B runs apart, A fails after 10 ms.
async fn a_fails_while_b(ledger: &Ledger, b: Does) -> Result<u32, Error> {
    run(async {
        apart(ledger, "b", b);
        step(ledger, "a", FailsAfter(10, Error::Gone)).await
    })
    .await
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_11_the_undo_waits_for_steps_under_way() {
    let ledger = Ledger::default();
    let result = timed(a_fails_while_b(&ledger, WorksAfter(100))).await;
    assert_eq!(result, (Err(Error::Gone), 100));
    assert_eq!(ledger.read(), "+a +b b -b");
}

/// own · adapted. The later failure is the step's own affair; the caller gets the first
#[tokio::test(start_paused = true)]
async fn sc_12_the_first_failure_is_the_cause() {
    let ledger = Ledger::default();
    let result = a_fails_while_b(&ledger, FailsAfter(100, Error::Lost)).await;
    assert_eq!(result, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a +b ?b");
}

/// own · same. `saga::SETTLE_LIMIT`
#[tokio::test(start_paused = true)]
async fn sc_13_a_step_that_never_ends_is_undone_in_doubt() {
    let ledger = Ledger::default();
    let (result, took) = timed(a_fails_while_b(&ledger, Hangs)).await;
    assert_eq!(result, Err(Error::Gone));
    let limit = saga::SETTLE_LIMIT.as_millis();
    assert!((limit..=limit + 10).contains(&took), "{took} ms");
    assert_eq!(ledger.read(), "+a +b ?b");
}

/// own · adapted. The part in memory
#[tokio::test(start_paused = true)]
async fn sc_15_a_diamond_is_undone_side_by_side_and_then_its_root() {
    let ledger = Ledger::default().undo_takes(1000);
    let result = run(async {
        step(&ledger, "a", Works).await?;
        let (b, c) = tokio::join!(
            step(&ledger, "b", WorksAfter(20)),
            step(&ledger, "c", WorksAfter(10)),
        );
        b.and(c)?;
        step(&ledger, "d", Fails(Error::Gone)).await
    });
    assert_eq!(timed(result).await, (Err(Error::Gone), 20 + 3000));
    assert_eq!(ledger.read(), "+a a +b +c c b +d -c -b -a");
}

/// own · same. The bound is one
#[tokio::test(start_paused = true)]
async fn sc_17_a_thousand_steps_are_undone_one_at_a_time() {
    let ledger = Ledger::default().undo_takes(1);
    let result = run(async {
        let steps = (0..1000).map(|n| {
            let does = if n == 500 {
                Fails(Error::Gone)
            } else {
                WorksAfter(5)
            };
            step(&ledger, "s", does)
        });
        let results = join_all(steps).await;
        results.into_iter().collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert_eq!(report().undone.len(), 999);
    assert_eq!(ledger.0.lock().unwrap().undoing_at_most, 1);
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_34_dropped_between_steps_inside_a_step_and_inside_an_undo() {
    async fn slowly(ledger: &Ledger) -> Result<(), Error> {
        run(async {
            step(ledger, "a", WorksAfter(100)).await?;
            tokio::time::sleep(ms(100)).await;
            step(ledger, "b", WorksAfter(100)).await?;
            Err(Error::Gone)
        })
        .await
    }
    for (left_at, lines) in [
        (50, "+a ?a"),
        (150, "+a a -a"),
        (250, "+a a +b ?b -a"),
        (350, "+a a +b b -b -a"),
        (501, "+a a +b b -b -a"),
    ] {
        let ledger = Ledger::default().undo_takes(100);
        let left = tokio::time::timeout(ms(left_at), slowly(&ledger)).await;
        assert_eq!(left.is_ok(), left_at > 500, "undone at 500 ms");
        tokio::time::sleep(ms(1000)).await;
        assert_eq!(ledger.read(), lines, "dropped at {left_at} ms");
    }
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_35_a_select_that_the_saga_loses() {
    let ledger = Ledger::default();
    let saga = run(async {
        step(&ledger, "a", Works).await?;
        step(&ledger, "b", Hangs).await
    });
    tokio::select! {
        _ = saga => unreachable!("b hangs"),
        () = tokio::time::sleep(ms(10)) => {}
    }
    tokio::time::sleep(ms(10)).await;
    assert_eq!(ledger.read(), "+a a +b ?b -a");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_36_an_undo_is_not_cancelled_with_the_saga() {
    let ledger = Ledger::default().undo_takes(1000);
    let shared = ledger.clone();
    let task = tokio::spawn(run(async move {
        step(&shared, "a", Works).await?;
        step(&shared, "b", Fails(Error::Gone)).await
    }));
    tokio::time::sleep(ms(500)).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(ledger.read(), "+a a +b");
    tokio::time::sleep(ms(501)).await;
    assert_eq!(ledger.read(), "+a a +b -a");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_37_a_cancel_after_the_success_comes_too_late() {
    let ledger = Ledger::default();
    let shared = ledger.clone();
    let task = tokio::spawn(run(async move { step(&shared, "a", Works).await }));
    tokio::time::sleep(ms(10)).await;
    task.abort();
    assert_eq!(task.await.unwrap(), Ok(1));
    tokio::time::sleep(ms(60_000)).await;
    assert_eq!(ledger.read(), "+a a");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_38_a_deadline_in_a_step_in_a_pause_and_in_an_undo() {
    #[retry(max = 1, backoff = constant(5s), jitter = none)]
    async fn pauses(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[timeout(1s)]
    #[saga]
    async fn limited(ledger: &Ledger, does: Option<Does>) -> Result<u32, Error> {
        step(ledger, "a", Works).await?;
        match does {
            Some(does) => step(ledger, "b", does).await,
            None => pauses(&Dependency::says("F*")).await,
        }
    }
    for (does, lines) in [
        (Some(Hangs), "+a a +b ?b -a"),
        (None, "+a a -a"),
        (Some(FailsAfter(900, Error::Gone)), "+a a +b -a"),
    ] {
        let ledger = Ledger::default().undo_takes(1000);
        let (result, took) = timed(limited(&ledger, does)).await;
        assert!(result.unwrap_err().is_timed_out());
        assert_eq!(took, 1000);
        tokio::time::sleep(ms(2500)).await;
        assert_eq!(ledger.read(), lines);
    }
}

/// own · adapted. By a second pass with the same key; no barrier
#[tokio::test(start_paused = true)]
async fn sc_39_a_step_that_lands_after_the_unwinding_is_undone_again() {
    let ledger = Ledger::default();
    let result = a_fails_while_b(&ledger, WorksAfter(40_000)).await;
    assert_eq!(result, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a +b ?b");
    let first = report();
    tokio::time::sleep(ms(20_000)).await;
    assert_eq!(ledger.read(), "+a +b ?b b -b");
    assert_eq!(report().id, first.id);
    let keys = ledger.undo_keys();
    assert_eq!(keys[0], keys[1], "the same undo, so the same key");
}

/// own · adapted. There is no journal to poison here, and `panic = "abort"` is a crash
#[tokio::test(start_paused = true)]
async fn sc_40_panics_in_a_step_and_in_an_undo() {
    static LEDGER: Mutex<Vec<u32>> = Mutex::new(Vec::new());

    async fn explodes(n: u32) -> Result<(), Error> {
        let mut ledger = LEDGER.lock().unwrap();
        ledger.push(n);
        let first = ledger.len() == 1;
        drop(ledger);
        assert!(!first, "the first attempt panics");
        Ok(())
    }
    #[compensate(explodes(n))]
    async fn fragile(n: u32) -> Result<u32, Error> {
        Ok(n)
    }
    let ledger = Ledger::default();
    let saga = run(async {
        fragile(7).await?;
        step(&ledger, "a", Works).await?;
        step(&ledger, "b", Panics).await
    });
    let panic = AssertUnwindSafe(saga).catch_unwind().await.unwrap_err();
    let text = panic.downcast_ref::<String>().map(String::as_str);
    assert_eq!(text, Some("step b panicked"), "unchanged");
    assert_eq!(ledger.read(), "+a a +b ?b -a");
    assert_eq!(
        *LEDGER.lock().unwrap(),
        [7, 7],
        "a panic is a failed attempt"
    );
    assert_eq!(report().cause, saga::Cause::Panicked);
}

/// own · same. Dropped abruptly: what can run elsewhere runs there
#[test]
fn sc_41_the_undo_outlives_the_runtime() {
    async fn sends(told: mpsc::Sender<&'static str>) -> Result<(), Error> {
        told.send("undone").map_err(|_| Error::Gone)
    }
    #[compensate(sends(told))]
    async fn hangs(told: mpsc::Sender<&'static str>) -> Result<u32, Error> {
        told.send("running").map_err(|_| Error::Gone)?;
        std::future::pending().await
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.unwrap();
    let (told, tells) = mpsc::channel();
    drop(runtime.spawn(run(async move { hangs(told).await })));
    runtime.block_on(tokio::task::yield_now());
    assert_eq!(tells.try_recv(), Ok("running"));
    drop(runtime);
    let undone = tells.recv_timeout(Duration::from_secs(20));
    assert_eq!(undone, Ok("undone"));
}
