//! Section 19: rows of other systems.

use std::sync::Arc;

use resilience::{compensate, retry, saga, timeout};

use super::{
    Does, Error, Fails, FailsAfter, Hangs, Ledger, Works, WorksAfter, report, run, step, undo_a,
};
use crate::dependency::{Dependency, ms, timed};

/// Two steps, the second as told.
async fn two(ledger: &Ledger, second: Does) -> Result<u32, Error> {
    run(async {
        step(ledger, "a", Works).await?;
        step(ledger, "b", second).await
    })
    .await
}

/// dtm · same
#[tokio::test(start_paused = true)]
async fn sg_01_a_saga_that_succeeds_undoes_nothing() {
    let ledger = Ledger::default();
    assert_eq!(two(&ledger, Works).await, Ok(1));
    tokio::time::sleep(ms(60_000)).await;
    assert_eq!(ledger.read(), "+a a +b b");
}

/// dtm · adapted. A step in doubt is undone; one whose error says `Effect::None` is not, and theirs
/// is
#[tokio::test(start_paused = true)]
async fn sg_02_the_step_in_doubt_is_undone_too() {
    let ledger = Ledger::default();
    assert_eq!(two(&ledger, Fails(Error::Lost)).await, Err(Error::Lost));
    assert_eq!(ledger.read(), "+a a +b ?b -a");
    // Ours: certain to have had no effect, so there is nothing to undo.
    let ledger = Ledger::default();
    assert_eq!(two(&ledger, Fails(Error::Gone)).await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a a +b -a");
}

/// dtm · same
#[tokio::test(start_paused = true)]
async fn sg_04_a_compensation_that_fails_once_is_run_again() {
    let ledger = Ledger::default().refuses("a", 1);
    assert_eq!(two(&ledger, Fails(Error::Lost)).await, Err(Error::Lost));
    assert_eq!(ledger.read(), "+a a +b ?b !a -a");
    let report = report();
    assert_eq!((report.undone.len(), report.parked.len()), (2, 0));
    assert_eq!(report.undone[1].attempts, 2);
}

/// dtm · adapted. Retried inside the step
#[tokio::test(start_paused = true)]
async fn sg_05_an_unknown_error_that_is_retried_undoes_nothing() {
    #[compensate(undo_a(ledger, outcome))]
    #[retry(max = 1)]
    async fn charge(ledger: &Ledger, dependency: &Dependency) -> Result<u32, Error> {
        ledger.note("+a");
        dependency.call().await
    }
    let ledger = Ledger::default();
    let dependency = Dependency::says("LS");
    assert_eq!(run(charge(&ledger, &dependency)).await, Ok(2));
    assert_eq!(ledger.read(), "+a +a");
}

/// dtm · same
#[tokio::test(start_paused = true)]
async fn sg_06_a_step_in_doubt_when_the_saga_times_out() {
    #[timeout(1800s)]
    #[saga]
    async fn limited(ledger: &Ledger) -> Result<u32, Error> {
        step(ledger, "a", Hangs).await?;
        step(ledger, "b", Works).await
    }
    let ledger = Ledger::default();
    let (result, took) = timed(limited(&ledger)).await;
    assert_eq!(result.unwrap_err().limit(), Some(ms(1_800_000)));
    assert_eq!(took, 1_800_000);
    tokio::time::sleep(ms(1)).await;
    assert_eq!(ledger.read(), "+a ?a");
}

/// dtm · same
#[tokio::test(start_paused = true)]
async fn sg_08_steps_at_the_same_time() {
    let ledger = Ledger::default();
    let result = run(async {
        let (one, two) = tokio::join!(
            step(&ledger, "a", WorksAfter(20)),
            step(&ledger, "b", FailsAfter(10, Error::Lost)),
        );
        one.and(two)
    });
    assert_eq!(result.await, Err(Error::Lost));
    assert_eq!(ledger.read(), "+a +b a ?b -a");
}

/// dtm · same
#[tokio::test(start_paused = true)]
async fn sg_10_a_step_without_a_compensation_is_skipped() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        Works.run(&ledger, "b").await?;
        step(&ledger, "c", Works).await?;
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a a +b b +c c -c -a");
    assert_eq!(report().undone.len(), 2);
}

/// MicroProfile LRA · same
#[tokio::test(start_paused = true)]
async fn sg_15_a_body_that_overruns_is_compensated_once() {
    #[timeout(1s)]
    #[saga]
    async fn limited(ledger: &Ledger) -> Result<u32, Error> {
        step(ledger, "a", Works).await?;
        tokio::time::sleep(ms(5000)).await;
        ledger.note("complete");
        Ok(1)
    }
    let ledger = Ledger::default();
    assert!(limited(&ledger).await.unwrap_err().is_timed_out());
    tokio::time::sleep(ms(60_000)).await;
    assert_eq!(ledger.read(), "+a a -a");
}

/// MicroProfile LRA · other. Each call is a step of its own, with a key of its own: what was done
/// twice is undone twice
#[tokio::test(start_paused = true)]
async fn sg_16_each_call_is_a_step_of_its_own() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        step(&ledger, "a", Works).await?;
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    // Theirs joins by address; ours undoes what was done twice, with two keys.
    assert_eq!(ledger.read(), "+a a +a a -a -a");
    let keys = ledger.undo_keys();
    assert_ne!(keys[0], keys[1]);
}

/// MicroProfile LRA · same
#[tokio::test(start_paused = true)]
async fn sg_17_each_participant_is_compensated_once() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        step(&ledger, "b", Works).await?;
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    tokio::time::sleep(ms(60_000)).await;
    assert_eq!(ledger.read(), "+a a +b b -b -a");
}

/// MicroProfile LRA · adapted. "Unknown" is an `Err` of the undo
#[tokio::test(start_paused = true)]
async fn sg_21_a_compensation_that_does_not_know_is_asked_again() {
    let ledger = Ledger::default().refuses("a", 2);
    assert!(two(&ledger, Fails(Error::Gone)).await.is_err());
    assert_eq!(ledger.read(), "+a a +b !a !a -a");
    let keys = ledger.undo_keys();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

/// Effect · same
#[tokio::test(start_paused = true)]
async fn sg_24_interrupted_or_failed_after_the_step() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        Err::<(), _>(Error::Throttled(None))
    });
    assert_eq!(
        result.await,
        Err(Error::Throttled(None)),
        "the original error"
    );
    assert_eq!(ledger.read(), "+a a -a");

    let ledger = Arc::new(Ledger::default());
    let shared = Arc::clone(&ledger);
    let task = tokio::spawn(async move { two(&shared, Hangs).await });
    tokio::time::sleep(ms(10)).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    tokio::time::sleep(ms(10)).await;
    assert_eq!(ledger.read(), "+a a +b ?b -a");
}
