//! How a compensation runs.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
};

use super::*;
use crate::{
    Context,
    saga::{Saga, last_report, undo::note_own_retry},
    time::now,
};

#[tokio::test(start_paused = true)]
async fn a_failing_compensation_is_retried_with_pauses_and_one_key() {
    let ledger = Ledger::default();
    ledger.fail_undo("a", 5);
    let began = now();
    let _ = saga("undoing::retry", async {
        ledger.before("a", ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(ledger.read(), "+a !a !a !a !a !a -a");
    let keys = ledger.keys();
    assert!(keys.iter().all(|key| *key == keys[0]) && keys.len() == 6);
    assert_eq!(last_report().unwrap().undone[0].attempts, 6);
    // 0.2 + 0.4 + 0.8 + 1.6 + 3.2 seconds at most, and more than nothing.
    assert!(now() - began <= Duration::from_millis(6_201));
    assert!(now() - began > Duration::from_millis(1));
}

#[tokio::test(start_paused = true)]
async fn attempts_are_counted_from_one() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let own = Arc::clone(&seen);
    assert_eq!(Undo::attempt(), 0);
    let _ = saga("undoing::count", async {
        let undo = undo_before::<Outcome, _, _>("undo", move || {
            let seen = Arc::clone(&own);
            async move {
                seen.lock().unwrap().push(Undo::attempt());
                if Undo::attempt() < 3 {
                    Err(Oops::Later)
                } else {
                    Ok(())
                }
            }
        });
        Ledger::default().step("a", undo, ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(*seen.lock().unwrap(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn it_runs_outside_the_saga_and_in_its_context() {
    let checked = Arc::new(AtomicBool::new(false));
    let own = Arc::clone(&checked);
    let body = saga("undoing::outside", async {
        let undo = undo_before::<Outcome, _, _>("undo", move || {
            let checked = Arc::clone(&own);
            async move {
                assert!(!Saga::current().is_active());
                assert!(!step::in_saga());
                assert_eq!(Context::current().id(), Some("req-9"));
                checked.store(true, Relaxed);
                Ok::<_, Oops>(())
            }
        });
        Ledger::default().step("a", undo, ok()).await?;
        Err(Oops::No)
    });
    let _ = Context::new().correlation_id("req-9").scope(body).await;
    assert!(checked.load(Relaxed));
    assert!(last_report().unwrap().parked.is_empty());
}

/// The undo of this step panics twice: while its future is made, and while it runs.
#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failed_attempt() {
    let ledger = Ledger::default();
    let attempts = Arc::new(AtomicU32::new(0));
    let (own, counted) = (ledger.clone(), Arc::clone(&attempts));
    let result = saga("undoing::panic", async {
        ledger.before("older", ok()).await?;
        let undo = undo_before::<Outcome, _, _>("undo", move || {
            let attempt = counted.fetch_add(1, Relaxed);
            assert!(attempt > 0, "while made");
            let ledger = own.clone();
            async move {
                assert!(attempt > 1, "while run");
                ledger.note("-a");
                Ok::<_, Oops>(())
            }
        });
        ledger.step("a", undo, ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(result, Err(Oops::No));
    assert_eq!(ledger.read(), "+older +a -a -older");
    assert_eq!(attempts.load(Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn one_that_always_panics_is_parked_with_its_message() {
    let _ = saga("undoing::panics", async {
        let undo = undo_before::<Outcome, _, _>("undo", || async {
            assert_eq!(Undo::attempt(), 0, "out of paper");
            Ok::<_, Oops>(())
        });
        Ledger::default().step("a", undo, ok()).await?;
        Err(Oops::No)
    })
    .await;
    let report = last_report().unwrap();
    assert_eq!(report.parked[0].attempts, 6);
    assert_eq!(
        report.parked[0].reason.as_deref(),
        Some("panicked: out of paper")
    );
    parking::of("undoing::panics")[0].close("test");
}

#[tokio::test(start_paused = true)]
async fn its_own_retry_replaces_the_default_one() {
    static OWN: Site = Site::new("billing::refund", "refund", file!(), line!());
    static OTHER: Site = Site::new("billing::lookup", "lookup", file!(), line!());
    for (gives_up, attempts) in [(&OWN, 1), (&OTHER, 6)] {
        let _ = saga("undoing::own", async {
            let undo = undo_before::<Outcome, _, _>("billing::refund", move || async move {
                note_own_retry(gives_up);
                Err::<(), _>(Oops::Later)
            });
            Ledger::default().step("a", undo, ok()).await?;
            Err(Oops::No)
        })
        .await;
        assert_eq!(last_report().unwrap().parked[0].attempts, attempts);
    }
    for parked in parking::of("undoing::own") {
        parked.close("test");
    }
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other() {
    let under_way = Arc::new(AtomicU32::new(0));
    let _ = saga("undoing::serial", async {
        for name in ["a", "b", "c"] {
            let under_way = Arc::clone(&under_way);
            let undo = undo_before::<Outcome, _, _>("undo", move || {
                let under_way = Arc::clone(&under_way);
                async move {
                    assert_eq!(under_way.fetch_add(1, Relaxed), 0);
                    tokio::time::sleep(Duration::from_secs(40)).await;
                    under_way.fetch_sub(1, Relaxed);
                    Ok::<_, Oops>(())
                }
            });
            Ledger::default().step(name, undo, ok()).await?;
        }
        Err(Oops::No)
    })
    .await;
    assert_eq!(names(&last_report().unwrap().undone), ["c", "b", "a"]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_disturbs_nobody() {
    let hook = on_report(|report| assert_ne!(report.saga, "undoing::hook", "hook"));
    let mut reports = Reports::of("undoing::hook");
    assert_eq!(
        saga("undoing::hook", async { Err(Oops::No) }).await,
        Err(Oops::No)
    );
    assert_eq!(reports.next().await.saga, "undoing::hook");
    drop(hook);
}
