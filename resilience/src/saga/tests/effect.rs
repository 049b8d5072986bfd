//! What a step that failed leaves behind.

use super::*;
use crate::saga::{StepOutcome, last_report};

/// Runs a saga of one step whose attempts tell the call what the layers would tell it.
async fn lone(
    name: &'static str,
    ledger: &Ledger,
    layers: impl FnOnce(&Call),
    result: Outcome,
) -> Outcome {
    let call = Call::new();
    let own = ledger.clone();
    saga(name, async {
        let undo = undo_outcome::<Outcome, _, _, _>("undo", move |output| {
            own.clone()
                .undo("a", format!("({:?})", StepOutcome::known(output)))
        });
        let body = async {
            layers(&call);
            result
        };
        step::step::<Outcome, _, _, _, _, _>(
            site("a"),
            Some(undo),
            &call,
            verdict,
            body,
            crate::outcome::look,
        )
        .await
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn the_truth_is_told() {
    let ledger = Ledger::default();
    let _ = saga("effect::truth", async {
        ledger.told("a", ok()).await?;
        ledger.told("b", fails(Oops::Doubt)).await
    })
    .await;
    assert_eq!(ledger.read(), "+a -b(Maybe) -a(Done(1))");
}

#[tokio::test(start_paused = true)]
async fn no_effect_means_no_undo() {
    for (name, oops) in [("effect::no", Oops::No), ("effect::later", Oops::Later)] {
        let ledger = Ledger::default();
        assert_eq!(saga(name, ledger.before("a", fails(oops))).await, Err(oops));
        assert_eq!(ledger.read(), "");
        assert!(last_report().unwrap().undone.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_that_cannot_tell_is_in_doubt() {
    let ledger = Ledger::default();
    let own = ledger.clone();
    let call = Call::new();
    let _ = saga("effect::untold", async {
        let undo =
            undo_before::<Outcome, _, _, _>("undo", move || own.clone().undo("a", String::new()));
        let body = async {
            call.enter();
            Err(Oops::No)
        };
        step::step::<Outcome, _, _, _, _, _>(
            site("a"),
            Some(undo),
            &call,
            |_| None,
            body,
            crate::outcome::look,
        )
        .await
    })
    .await;
    assert_eq!(ledger.read(), "-a");
}

#[tokio::test(start_paused = true)]
async fn a_rejection_before_the_first_attempt_had_no_effect() {
    let ledger = Ledger::default();
    let never_ran = lone("effect::open", &ledger, Call::reject, Err(Oops::Doubt)).await;
    assert_eq!(never_ran, Err(Oops::Doubt));
    assert_eq!(ledger.read(), "");
}

#[tokio::test(start_paused = true)]
async fn a_rejection_after_an_attempt_is_in_doubt() {
    let ledger = Ledger::default();
    let layers = |call: &Call| {
        call.enter();
        call.reject();
    };
    let _ = lone("effect::opened", &ledger, layers, Err(Oops::No)).await;
    assert_eq!(ledger.read(), "-a(Maybe)");
}

#[tokio::test(start_paused = true)]
async fn doubt_of_an_earlier_attempt_stays_unless_the_last_answer_is_a_definite_no() {
    let layers = |call: &Call| {
        call.enter();
        call.doubt();
        call.enter();
    };
    let ledger = Ledger::default();
    let _ = lone("effect::stays", &ledger, layers, Err(Oops::Later)).await;
    assert_eq!(ledger.read(), "-a(Maybe)");
    let ledger = Ledger::default();
    let _ = lone("effect::cleared", &ledger, layers, Err(Oops::No)).await;
    assert_eq!(ledger.read(), "");
    let ledger = Ledger::default();
    let body = |call: &Call| {
        layers(call);
        call.enter();
    };
    // SC-44: the last attempt says that it is done.
    assert_eq!(lone("effect::done", &ledger, body, Ok(7)).await, Ok(7));
    assert_eq!(ledger.read(), "");
}

#[tokio::test(start_paused = true)]
async fn by_output_a_step_in_doubt_is_reported_and_not_undone() {
    let ledger = Ledger::default();
    let _ = saga("effect::output", async {
        ledger.after("a", ok()).await?;
        ledger.after("b", fails(Oops::Doubt)).await
    })
    .await;
    assert_eq!(ledger.read(), "+a -a(1)");
    let report = last_report().unwrap();
    assert_eq!(names(&report.in_doubt), ["b"]);
    assert!(report.to_string().contains("in doubt: `b`"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_caught_failure_does_not_stop_the_saga() {
    let ledger = Ledger::default();
    let _ = saga("effect::caught", async {
        ledger.before("a", ok()).await?;
        let _ = ledger.before("refused", fails(Oops::No)).await;
        let _ = ledger.before("doubtful", fails(Oops::Doubt)).await;
        ledger.before("b", ok()).await?;
        Err(Oops::No)
    })
    .await;
    assert_eq!(ledger.read(), "+a +b -b -doubtful -a");
}
