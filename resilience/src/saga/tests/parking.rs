//! Compensations that failed for good.

use super::*;
use crate::saga::{Parked, ParkedError, last_report, parked};

/// The parked compensations of one test's saga.
pub(super) fn of(saga: &str) -> Vec<Parked> {
    parked()
        .into_iter()
        .filter(|parked| parked.saga_name() == saga)
        .collect()
}

async fn three(ledger: &Ledger) -> Outcome {
    ledger.before("a", ok()).await?;
    ledger.before("b", ok()).await?;
    ledger.before("c", ok()).await?;
    Err(Oops::No)
}

#[tokio::test(start_paused = true)]
async fn the_older_ones_still_run() {
    let ledger = Ledger::default();
    ledger.fail_undo("b", 6);
    assert_eq!(
        saga("parking::default", three(&ledger)).await,
        Err(Oops::No)
    );
    assert_eq!(ledger.read(), "+a +b +c -c !b !b !b !b !b !b -a");
    let report = last_report().unwrap();
    assert_eq!(
        (names(&report.undone), names(&report.parked)),
        (vec!["c", "a"], vec!["b"])
    );
    let parked = of("parking::default");
    assert_eq!(
        (parked.len(), parked[0].step(), parked[0].attempts()),
        (1, "b", 6)
    );
    assert_eq!(parked[0].reason(), "\"not now\"");
    assert_eq!(
        (parked[0].saga_id(), parked[0].key()),
        (report.id, report.parked[0].key.clone())
    );

    ledger.fail_undo("b", 1);
    let again = parked[0].run().await;
    assert_eq!(
        again,
        Err(ParkedError::Failed {
            reason: "\"not now\"".to_owned()
        })
    );
    assert_eq!(parked[0].run().await, Ok(()));
    assert_eq!(parked[0].attempts(), 8);
    assert!(ledger.read().ends_with("-a !b -b"));
    let keys = ledger.keys();
    assert!(
        keys[1..7]
            .iter()
            .chain(&keys[8..])
            .all(|key| *key == keys[1])
    );
    assert!(of("parking::default").is_empty());
    assert_eq!(parked[0].run().await, Err(ParkedError::Over));
}

#[tokio::test(start_paused = true)]
async fn strict_holds_the_older_ones_until_the_newer_one_is_done() {
    let ledger = Ledger::default();
    ledger.fail_undo("b", 7);
    assert_eq!(
        strict("parking::strict", three(&ledger)).await,
        Err(Oops::No)
    );
    assert_eq!(ledger.read(), "+a +b +c -c !b !b !b !b !b !b");
    let report = last_report().unwrap();
    assert_eq!(names(&report.parked), ["b", "a"]);
    assert_eq!(report.parked[1].reason.as_deref(), Some("waits for `b`"));
    let parked = of("parking::strict");
    assert_eq!(parked[1].run().await, Err(ParkedError::Waits { step: "b" }));
    assert!(matches!(
        parked[0].run().await,
        Err(ParkedError::Failed { .. })
    ));
    assert_eq!(parked[1].run().await, Err(ParkedError::Waits { step: "b" }));
    assert_eq!(parked[0].run().await, Ok(()));
    assert_eq!(parked[1].run().await, Ok(()));
    assert!(ledger.read().ends_with("!b -b -a"));
    assert!(of("parking::strict").is_empty());
}

#[tokio::test(start_paused = true)]
async fn closing_takes_it_off_the_list_and_lets_the_older_ones_go() {
    let ledger = Ledger::default();
    ledger.fail_undo("b", 6);
    let _ = strict("parking::close", three(&ledger)).await;
    let parked = of("parking::close");
    parked[0].close("refunded by phone");
    assert_eq!(parked[0].run().await, Err(ParkedError::Over));
    assert_eq!(parked[1].run().await, Ok(()));
    assert!(!ledger.read().contains("-b"));
    assert!(of("parking::close").is_empty());
}

#[tokio::test(start_paused = true)]
async fn strictness_reaches_across_nested_sagas() {
    let ledger = Ledger::default();
    ledger.fail_undo("b", 6);
    let _ = strict("parking::outer", async {
        ledger.before("a", ok()).await?;
        let inner = saga("parking::inner", async {
            ledger.before("b", ok()).await?;
            Err(Oops::Later)
        });
        assert_eq!(inner.await, Err(Oops::Later));
        ledger.before("c", ok()).await?;
        Err(Oops::No)
    })
    .await;
    // `c` is newer than what is parked, `a` is older.
    assert!(ledger.read().ends_with("-c"), "{}", ledger.read());
    assert_eq!(names(&last_report().unwrap().parked), ["a"]);
    assert_eq!(of("parking::inner")[0].run().await, Ok(()));
    assert_eq!(of("parking::outer")[0].run().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn of_two_runs_only_one_executes_and_a_dropped_run_changes_nothing() {
    let _ = saga("parking::twice", async {
        let undo = undo_before::<Outcome, _, _, _>("undo", || async {
            if Undo::attempt() <= 6 {
                return Err(Oops::Later);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(())
        });
        Ledger::default().step("a", undo, ok()).await?;
        Err(Oops::No)
    })
    .await;
    let parked = of("parking::twice").remove(0);
    assert!(
        tokio::time::timeout(Duration::from_millis(10), parked.run())
            .await
            .is_err()
    );
    assert_eq!(of("parking::twice").len(), 1);
    let (first, second) = futures::join!(parked.run(), parked.run());
    assert_eq!((first, second), (Ok(()), Err(ParkedError::Running)));
}
