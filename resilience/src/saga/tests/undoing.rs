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
        let undo = undo_before::<Outcome, _, _, _>("undo", move || {
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
        let undo = undo_before::<Outcome, _, _, _>("undo", move || {
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
        let undo = undo_before::<Outcome, _, _, _>("undo", move || {
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
        let undo = undo_before::<Outcome, _, _, _>("undo", || async {
            assert_eq!(Undo::attempt(), 0, "out of paper");
            Ok::<_, Oops>(())
        });
        Ledger::default().step("a", undo, ok()).await?;
        Err(Oops::No)
    })
    .await;
    let report = last_report().unwrap();
    assert_eq!(report.parked[0].attempts, 6);
    let reason = report.parked[0].reason.as_deref().unwrap();
    assert!(
        reason.starts_with("panicked: ") && reason.contains("out of paper"),
        "{reason}"
    );
    parking::of("undoing::panics")[0].close("test");
}

#[tokio::test(start_paused = true)]
async fn its_own_retry_replaces_the_default_one() {
    static OWN: Site = Site::new("billing::refund", "refund", file!(), line!());
    static OTHER: Site = Site::new("billing::lookup", "lookup", file!(), line!());
    for (gives_up, attempts) in [(&OWN, 1), (&OTHER, 6)] {
        let _ = saga("undoing::own", async {
            let undo = undo_before::<Outcome, _, _, _>("billing::refund", move || async move {
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
            let undo = undo_before::<Outcome, _, _, _>("undo", move || {
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

/// What a compensation keeps is the user's, and so is its drop: it may use sagas itself.
#[tokio::test(start_paused = true)]
async fn nothing_of_the_user_is_dropped_under_a_lock() {
    use futures::FutureExt as _;

    struct Nosy(Ledger);
    impl Drop for Nosy {
        fn drop(&mut self) {
            let _ = crate::saga::parked();
            let _ = self
                .0
                .before("nosy", async { Err(Oops::No) })
                .now_or_never();
            self.0.note("dropped");
        }
    }
    for fail in [Some(Oops::No), None] {
        let ledger = Ledger::default();
        let nosy = Arc::new(Nosy(ledger.clone()));
        let kept = Arc::clone(&nosy);
        let book = ledger.clone();
        let _ = saga("undoing::nosy", async move {
            let undo = undo_before::<Outcome, _, _, _>("undo", move || {
                let _kept = &kept;
                async { Ok::<_, Oops>(()) }
            });
            drop(nosy);
            ledger_of(&ledger, undo, fail).await?;
            ledger.note("ended");
            Ok(1)
        })
        .await;
        let expected = if fail.is_some() {
            "dropped"
        } else {
            "+a ended dropped"
        };
        assert_eq!(book.read(), expected);
    }
}

async fn ledger_of(ledger: &Ledger, undo: Prepared<u32>, fail: Option<Oops>) -> Outcome {
    let result = ledger
        .step("a", undo, async { fail.map_or(Ok(1), Err) })
        .await;
    if fail.is_some() {
        assert_eq!(ledger.read(), "dropped");
    }
    result
}
