//! Steps in spawned tasks.

use std::sync::Arc;

use tokio::{sync::Notify, task::JoinSet};

use super::*;
use crate::{
    saga::{SETTLE_LIMIT, Saga, last_report},
    time::now,
};

#[tokio::test(start_paused = true)]
async fn a_carried_saga_waits_for_its_steps_and_undoes_them() {
    let ledger = Ledger::default();
    let began = now();
    let own = ledger.clone();
    let result = saga("tasks::carried", async {
        tokio::spawn(Saga::current().scope(async move { own.told("b", slow(500)).await }));
        tokio::task::yield_now().await;
        ledger.before("a", fails(Oops::Doubt)).await
    })
    .await;
    assert_eq!(result, Err(Oops::Doubt));
    assert_eq!(ledger.read(), "+b -a -b(Done(1))");
    assert_eq!(now() - began, Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn without_carrying_a_spawned_step_is_outside() {
    let ledger = Ledger::default();
    let own = ledger.clone();
    let _ = saga("tasks::left", async {
        let _ = tokio::spawn(async move { own.before("b", ok()).await }).await;
        Err(Oops::No)
    })
    .await;
    assert_eq!(ledger.read(), "+b");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_does_not_settle_counts_as_maybe_and_again_when_it_ends() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("tasks::hangs");
    let (own, other) = (ledger.clone(), ledger.clone());
    let began = now();
    let _ = saga("tasks::hangs", async {
        let saga = Saga::current();
        tokio::spawn(saga.scope(async move { own.told("b", slow(60_000)).await }));
        tokio::spawn(saga.scope(async move { other.after("c", slow(100_000)).await }));
        tokio::task::yield_now().await;
        Err(Oops::No)
    })
    .await;
    assert_eq!(now() - began, SETTLE_LIMIT);
    assert_eq!(ledger.read(), "-b(Maybe)");
    let report = reports.next().await;
    assert_eq!(
        (names(&report.undone), names(&report.in_doubt)),
        (vec!["b"], vec!["c"])
    );
    let again = reports.next().await;
    assert_eq!(names(&again.undone), ["b"]);
    // Reported once.
    assert!(again.in_doubt.is_empty());
    assert_eq!(names(&reports.next().await.undone), ["c"]);
    assert_eq!(ledger.read(), "-b(Maybe) +b -b(Done(1)) +c -c(1)");
}

#[tokio::test(start_paused = true)]
async fn a_step_begun_after_the_undoing_is_compensated_too() {
    let ledger = Ledger::default();
    let mut reports = Reports::of("tasks::late");
    let own = ledger.clone();
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let _ = saga("tasks::late", async {
        tokio::spawn(Saga::current().scope(async move {
            gate.notified().await;
            own.before("b", ok()).await?;
            slow(10).await?;
            saga("tasks::late::inner", own.before("c", ok())).await?;
            slow(10).await?;
            own.after("d", fails(Oops::Doubt)).await
        }));
        ledger.before("a", ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(names(&reports.next().await.undone), ["a"]);
    go.notify_one();
    assert_eq!(names(&reports.next().await.undone), ["b"]);
    assert_eq!(names(&reports.next().await.undone), ["c"]);
    assert_eq!(names(&reports.next().await.in_doubt), ["d"]);
    assert_eq!(ledger.read(), "+a -a +b -b +c -c");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_ends_after_success_is_left_alone() {
    let ledger = Ledger::default();
    let (own, other) = (ledger.clone(), ledger.clone());
    let mut reports = Reports::of("tasks::committed");
    let result = saga("tasks::committed", async {
        let saga = Saga::current();
        tokio::spawn(saga.scope(async move { own.before("b", fails(Oops::Doubt)).await }));
        tokio::spawn(saga.scope(async move {
            slow(10).await?;
            assert!(!step::in_saga());
            other.before("c", ok()).await
        }));
        tokio::task::yield_now().await;
        Ok(3)
    })
    .await;
    assert_eq!(result, Ok(3));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(ledger.read(), "+c");
    assert!(reports.none());
}

#[tokio::test(start_paused = true)]
async fn a_nested_saga_in_a_task_is_waited_for() {
    let ledger = Ledger::default();
    let own = ledger.clone();
    let _ = saga("tasks::nested", async {
        ledger.before("a", ok()).await?;
        tokio::spawn(
            Saga::current().scope(saga("tasks::nested::inner", async move {
                own.before("b", ok()).await?;
                slow(100).await?;
                own.before("c", ok()).await
            })),
        );
        slow(10).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(ledger.read(), "+a +b +c -c -b -a");
    assert_eq!(names(&last_report().unwrap().undone), ["c", "b", "a"]);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_parallel_steps() {
    let ledger = Ledger::default();
    let _ = saga("tasks::thousand", async {
        let mut tasks = JoinSet::new();
        for n in 0..1_000_u64 {
            let own = ledger.clone();
            tasks.spawn(Saga::current().scope(async move { own.before("n", slow(n % 7)).await }));
        }
        tokio::task::yield_now().await;
        let _tasks = tasks;
        slow(3).await?;
        Err(Oops::No)
    })
    .await;
    // Those cut off with the set were begun, and are undone as well.
    let undone = ledger.lines().iter().filter(|line| *line == "-n").count();
    assert_eq!(undone, 1_000);
}
