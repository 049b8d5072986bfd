//! Who is undone, and in which order.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use super::*;
use crate::saga::{Cause, Saga, Step, last_report};

#[tokio::test(start_paused = true)]
async fn last_first_and_the_original_error_comes_back_after_the_undoing() {
    let ledger = Ledger::default();
    let result = saga("order::three", async {
        ledger.after("a", ok()).await?;
        ledger.before("b", ok()).await?;
        ledger.after("c", fails(Oops::No)).await
    })
    .await;
    assert_eq!(result, Err(Oops::No));
    assert_eq!(ledger.read(), "+a +b -b -a(1)");
    let report = last_report().unwrap();
    assert_eq!((report.saga, report.cause), ("order::three", Cause::Error));
    assert_eq!(names(&report.undone), ["b", "a"]);
    assert!(report.parked.is_empty() && report.in_doubt.is_empty());
    assert!(
        report.to_string().contains("failed; undone: `b`, `a`"),
        "{report}"
    );
}

#[tokio::test(start_paused = true)]
async fn success_undoes_nothing() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("order::success");
    let result = saga("order::success", async {
        ledger.after("a", ok()).await?;
        ledger.before("b", ok()).await
    })
    .await;
    assert_eq!(result, Ok(1));
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(ledger.read(), "+a +b");
    assert!(reports.none());
}

#[tokio::test(start_paused = true)]
async fn a_loop_is_undone_as_often_as_it_ran_each_with_its_own_key() {
    let ledger = Ledger::default();
    let keys = Arc::new(Mutex::new(Vec::new()));
    let result = saga("order::loop", async {
        for name in ["0", "1", "2", "3", "4"] {
            let keys = Arc::clone(&keys);
            let body = async move {
                keys.lock().unwrap().push(Step::key());
                ok().await
            };
            ledger.before(name, body).await?;
        }
        ledger.before("5", fails(Oops::No)).await
    })
    .await;
    assert_eq!(result, Err(Oops::No));
    assert_eq!(ledger.read(), "+0 +1 +2 +3 +4 -4 -3 -2 -1 -0");
    let expected: Vec<_> = keys
        .lock()
        .unwrap()
        .iter()
        .rev()
        .map(|key| format!("{key}-undo"))
        .collect();
    assert_eq!(ledger.keys(), expected);
    assert_eq!(expected.iter().collect::<HashSet<_>>().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_branch_not_taken_and_a_call_without_undo_leave_nothing() {
    let ledger = Ledger::default();
    let _ = saga("order::branch", async {
        ledger.after("a", ok()).await?;
        if ledger.lines().is_empty() {
            ledger.after("never", ok()).await?;
        } else {
            ok().await?;
        }
        ledger.after("b", ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(ledger.read(), "+a +b -b(1) -a(1)");
}

#[tokio::test(start_paused = true)]
async fn by_output_the_order_is_that_of_success_with_arguments_that_of_beginning() {
    let ledger = Ledger::default();
    let _ = saga("order::enlisting", async {
        let _ = futures::join!(
            ledger.after("slow", slow(20)),
            ledger.after("quick", slow(10)),
            ledger.before("begun first", slow(30)),
            ledger.before("begun second", slow(5)),
        );
        Err(Oops::No)
    })
    .await;
    let undone: Vec<_> = ledger
        .lines()
        .into_iter()
        .filter(|line| line.starts_with('-'))
        .collect();
    assert_eq!(
        undone,
        ["-slow(1)", "-quick(1)", "-begun second", "-begun first"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_failing_saga_without_steps_reports_too() {
    assert_eq!(
        saga("order::empty", async { Err(Oops::No) }).await,
        Err(Oops::No)
    );
    let report = last_report().unwrap();
    assert_eq!(report.saga, "order::empty");
    assert!(report.undone.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_handle_knows_its_saga_and_is_inert_elsewhere() {
    assert!(!Saga::current().is_active());
    assert_eq!(
        (Saga::current().name(), Saga::current().id()),
        ("", String::new())
    );
    let kept = Arc::new(Mutex::new(None));
    let result = saga("order::handle", async {
        let saga = Saga::current();
        assert!(saga.is_active());
        assert_eq!((saga.name(), saga.id().len()), ("order::handle", 32));
        *kept.lock().unwrap() = Some(saga);
        Err(Oops::No)
    })
    .await;
    assert_eq!(result, Err(Oops::No));
    let kept = kept.lock().unwrap().take().unwrap();
    assert!(!kept.is_active());
    assert_eq!(last_report().unwrap().id, kept.id());
}

#[tokio::test(start_paused = true)]
async fn outside_a_saga_a_step_is_a_plain_call_and_counted() {
    let ledger = Ledger::default();
    let step_site = site("alone");
    for _ in 0..3 {
        let call = Call::new();
        let undo = undo_before::<Outcome, _, _, _>("undo", || async { Ok::<_, Oops>(()) });
        let body = async {
            call.enter();
            let key = Step::key();
            ok().await?;
            assert_eq!(key, Step::key());
            Err(Oops::Doubt)
        };
        let step = step::step::<Outcome, _, _, _, _, _>(
            step_site,
            Some(undo),
            &call,
            verdict,
            body,
            crate::outcome::look,
        );
        assert_eq!(step.await, Err(Oops::Doubt));
    }
    assert_eq!(step_site.outside_saga(), 3);
    assert_eq!(ledger.after("a", ok()).await, Ok(1));
    assert_ne!(Step::key(), Step::key());
}

#[test]
fn the_futures_are_send_where_the_bodies_are() {
    fn send<T: Send>(_: &T) {}
    let ledger = Ledger::default();
    let body = ledger.told("a", ok());
    send(&body);
    send(&saga("send", body));
    send(&Saga::current().scope(ok()));
}
