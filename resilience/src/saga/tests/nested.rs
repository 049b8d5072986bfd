//! Sagas inside sagas.

use super::*;
use crate::saga::last_report;

#[tokio::test(start_paused = true)]
async fn one_that_succeeded_is_undone_as_a_unit_in_its_place() {
    let ledger = Ledger::default();
    let _ = saga("nested::unit", async {
        ledger.before("a", ok()).await?;
        let inner = saga("nested::unit::inner", async {
            ledger.before("b", slow(10)).await?;
            ledger.before("c", slow(10)).await
        });
        // Begun after the inner saga, enlisted before and between its steps.
        let (inner, _) = futures::join!(inner, ledger.before("beside", slow(15)));
        inner?;
        ledger.before("d", ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(ledger.read(), "+a +b +beside +c +d -d -beside -c -b -a");
    assert_eq!(
        names(&last_report().unwrap().undone),
        ["d", "beside", "c", "b", "a"]
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_failed_has_undone_its_own_and_only_once() {
    let ledger = Ledger::default();
    let mut inner_reports = Reports::of("nested::caught::inner");
    let _ = saga("nested::caught", async {
        ledger.before("a", ok()).await?;
        let inner = saga("nested::caught::inner", async {
            ledger.before("b", ok()).await?;
            Err(Oops::Later)
        });
        assert_eq!(inner.await, Err(Oops::Later));
        assert_eq!(ledger.read(), "+a +b -b");
        ledger.before("c", ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(ledger.read(), "+a +b -b +c -c -a");
    assert_eq!(names(&last_report().unwrap().undone), ["c", "a"]);
    assert_eq!(names(&inner_reports.next().await.undone), ["b"]);
    assert!(inner_reports.none());
}

#[tokio::test(start_paused = true)]
async fn three_levels_and_a_success_of_all_leave_nothing() {
    for fail in [false, true] {
        let ledger = Ledger::default();
        let _ = saga("nested::deep", async {
            ledger.before("a", ok()).await?;
            saga("nested::deep::2", async {
                saga("nested::deep::3", ledger.before("b", ok())).await?;
                ledger.before("c", ok()).await
            })
            .await?;
            if fail { Err(Oops::No) } else { Ok(0) }
        })
        .await;
        let expected = if fail {
            "+a +b +c -c -b -a"
        } else {
            "+a +b +c"
        };
        assert_eq!(ledger.read(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn doubt_in_one_that_succeeded_is_reported_by_the_outer() {
    let ledger = Ledger::default();
    let _ = saga("nested::doubt", async {
        saga("nested::doubt::inner", async {
            let _ = ledger.after("b", fails(Oops::Doubt)).await;
            Ok(1)
        })
        .await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(names(&last_report().unwrap().in_doubt), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn dropping_both_undoes_the_inner_first() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("nested::dropped");
    let both = saga("nested::dropped", async {
        ledger.before("a", ok()).await?;
        ledger.fail_undo("b", 3);
        saga("nested::dropped::inner", async {
            ledger.before("b", ok()).await?;
            slow(1_000).await
        })
        .await
    });
    assert!(
        tokio::time::timeout(Duration::from_millis(100), both)
            .await
            .is_err()
    );
    reports.next().await;
    assert_eq!(ledger.read(), "+a +b !b !b !b -b -a");
}

#[tokio::test(start_paused = true)]
async fn the_undoing_of_the_inner_is_waited_for_beyond_the_settle_limit() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("nested::slow");
    let both = saga("nested::slow", async {
        ledger.before("a", ok()).await?;
        saga("nested::slow::inner", async {
            let own = ledger.clone();
            let undo = undo_before::<Outcome, _, _, _>("undo", move || {
                let own = own.clone();
                async move {
                    tokio::time::sleep(2 * crate::saga::SETTLE_LIMIT).await;
                    own.undo("b", String::new()).await
                }
            });
            ledger.step("b", undo, ok()).await?;
            slow(1_000).await
        })
        .await
    });
    assert!(
        tokio::time::timeout(Duration::from_millis(100), both)
            .await
            .is_err()
    );
    assert_eq!(names(&reports.next().await.undone), ["a"]);
    assert_eq!(ledger.read(), "+a +b -b -a");
}
