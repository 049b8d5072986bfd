//! Panic, drop and timeouts around a saga.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

use super::*;
use crate::saga::{Cause, last_report};

#[tokio::test(start_paused = true)]
async fn a_panic_unwinds_and_goes_on() {
    let ledger = Ledger::default();
    let body = saga("cancel::panic", async {
        ledger.before("a", ok()).await?;
        ledger
            .told("b", async {
                ok().await?;
                panic!("the step")
            })
            .await
    });
    let panic = AssertUnwindSafe(body).catch_unwind().await.unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the step"));
    assert_eq!(ledger.read(), "+a -b(Maybe) -a");
    assert_eq!(last_report().unwrap().cause, Cause::Panicked);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_around_the_saga_unwinds_it() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("cancel::timeout");
    let body = saga("cancel::timeout", async {
        ledger.after("a", ok()).await?;
        ledger.after("b", slow(1_000)).await
    });
    assert!(
        tokio::time::timeout(Duration::from_millis(50), body)
            .await
            .is_err()
    );
    let report = reports.next().await;
    assert_eq!(report.cause, Cause::Dropped);
    assert_eq!(ledger.read(), "+a -a(1)");
    assert_eq!(names(&report.in_doubt), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_select_unwinds_it() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("cancel::select");
    tokio::select! {
        _ = saga("cancel::select", async {
            ledger.before("a", ok()).await?;
            slow(1_000).await
        }) => unreachable!(),
        _ = slow(10) => {}
    }
    reports.next().await;
    assert_eq!(ledger.read(), "+a -a");
}

#[tokio::test(start_paused = true)]
async fn the_undoing_outlives_the_caller() {
    let ledger = Ledger::default();
    ledger.fail_undo("b", 2);
    let mut reports = Reports::of("cancel::undoing");
    let body = saga("cancel::undoing", async {
        ledger.before("a", ok()).await?;
        ledger.before("b", ok()).await?;
        Err(Oops::No)
    });
    let caller = async {
        tokio::select! {
            biased;
            () = async { while !ledger.read().contains("!b") { tokio::task::yield_now().await } } => {}
            _ = body => unreachable!(),
        }
    };
    caller.await;
    let report = reports.next().await;
    assert_eq!(report.cause, Cause::Error);
    assert_eq!(ledger.read(), "+a +b !b !b -b -a");
    assert!(reports.none());
}

#[tokio::test(start_paused = true)]
async fn dropped_before_its_first_poll_it_does_nothing() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("cancel::unpolled");
    drop(saga("cancel::unpolled", ledger.before("a", ok())));
    assert!(reports.none());
    assert_eq!(ledger.read(), "");
}

#[tokio::test(start_paused = true)]
async fn a_step_dropped_before_its_first_attempt_had_no_effect() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("cancel::waiting");
    let own = ledger.clone();
    let body = saga("cancel::waiting", async {
        let undo =
            undo_before::<Outcome, _, _, _>("undo", move || own.clone().undo("a", String::new()));
        let call = Call::new();
        step::step::<Outcome, _, _, _, _, _>(
            site("a"),
            Some(undo),
            &call,
            verdict,
            slow(1_000),
            crate::outcome::look,
        )
        .await
    });
    assert!(
        tokio::time::timeout(Duration::from_millis(50), body)
            .await
            .is_err()
    );
    assert!(reports.next().await.undone.is_empty());
    assert_eq!(ledger.read(), "");
}

#[tokio::test(start_paused = true)]
async fn a_failing_sibling_drops_the_other_step_before_the_undoing() {
    let ledger = Ledger::default();
    let result = saga("cancel::join", async {
        ledger.before("a", ok()).await?;
        futures::try_join!(
            ledger.told("slow", slow(100)),
            ledger.told("done", ok()),
            ledger.told("failing", async {
                slow(10).await?;
                Err(Oops::No)
            }),
        )?;
        Ok(0)
    })
    .await;
    assert_eq!(result, Err(Oops::No));
    assert_eq!(ledger.read(), "+a +done -done(Done(1)) -slow(Maybe) -a");
}

/// Dropped after any number of polls, whatever began is undone, and nothing else.
#[tokio::test(start_paused = true)]
async fn dropped_at_every_poll_the_ledger_balances() {
    let mut polls = 0;
    loop {
        let ledger = Ledger::default();
        ledger.fail_undo("b", 1);
        let mut reports = Reports::of("cancel::every");
        let mut began = Box::pin(saga("cancel::every", async {
            let _ = futures::join!(ledger.before("a", ok()), ledger.after("x", ok()));
            saga("cancel::every::inner", ledger.before("b", slow(1))).await?;
            tokio::task::yield_now().await;
            let _ = saga("cancel::every::failing", async {
                ledger.before("c", ok()).await?;
                Err(Oops::No)
            })
            .await;
            ledger.told("d", ok()).await?;
            Err(Oops::No)
        }));
        let mut ended = false;
        for _ in 0..polls {
            if futures::poll!(began.as_mut()).is_ready() {
                ended = true;
                break;
            }
            // Everybody else has a turn, and the clock.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(began);
        if polls > 0 {
            reports.next().await;
        }
        // Nested sagas report on their own.
        tokio::time::sleep(Duration::from_secs(60)).await;
        let lines = ledger.lines();
        for line in lines.iter().filter_map(|line| line.strip_prefix('+')) {
            let undone = format!("-{line}");
            let times = lines
                .iter()
                .filter(|line| line.starts_with(&undone))
                .count();
            assert_eq!(times, 1, "{polls} polls: {line} of {lines:?}");
        }
        assert!(reports.none(), "{polls} polls");
        if ended {
            assert!(polls > 5, "{polls}");
            break;
        }
        polls += 1;
    }
}
