//! Order, scope, retries and what becomes of compensations that fail.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use resilience::{Step, Undo, circuit, compensate, retry, saga, saga::ParkedError};

use super::{Error, Fails, Ledger, Works, booking, parked_of, report, run, step, undo_a};
use crate::dependency::{Dependency, ms, timed};

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_01_three_steps_of_which_the_third_fails() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        booking(&ledger, "b", Works).await?;
        step(&ledger, "c", Fails(Error::Gone)).await
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a a +b b +c -b -a");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_02_a_first_step_without_effect_leaves_nothing() {
    let ledger = Ledger::default();
    let result = run(step(&ledger, "a", Fails(Error::Gone))).await;
    assert_eq!(result, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a");
    let report = report();
    assert!(report.undone.is_empty() && report.parked.is_empty() && report.in_doubt.is_empty());
}

/// own · same. Of the kind that needs the output, the report says that it is in doubt
#[tokio::test(start_paused = true)]
async fn sc_03_a_first_step_in_doubt_is_undone_as_maybe() {
    let ledger = Ledger::default();
    let result = run(step(&ledger, "a", Fails(Error::Lost))).await;
    assert_eq!(result, Err(Error::Lost));
    assert_eq!(ledger.read(), "+a ?a");
    // A kind that needs the output has nothing to give: the report says so.
    let ledger = Ledger::default();
    assert!(
        run(booking(&ledger, "a", Fails(Error::Lost)))
            .await
            .is_err()
    );
    assert_eq!(ledger.read(), "+a");
    assert_eq!(report().in_doubt.len(), 1);
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_04_steps_without_compensation_do_not_disturb_the_order() {
    let ledger = Ledger::default();
    let result = run(async {
        for name in ["a", "b", "c"] {
            step(&ledger, name, Works).await?;
            Works.run(&ledger, "plain").await?;
        }
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert!(ledger.read().ends_with("+plain plain -c -b -a"));
}

/// own · same. The clock is monotonic and stands still
#[tokio::test(start_paused = true)]
async fn sc_05_the_order_is_a_sequence_and_no_clock() {
    let ledger = Ledger::default();
    let names: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    let result = run(async {
        for (n, name) in names.iter().enumerate() {
            if n % 2 == 0 {
                step(&ledger, name, Works).await?;
            } else {
                booking(&ledger, name, Works).await?;
            }
        }
        Err::<(), _>(Error::Gone)
    });
    // All in the same instant of a clock that stands still.
    assert_eq!(timed(result).await, (Err(Error::Gone), 0));
    let undone: Vec<String> = names.iter().rev().map(|name| format!("-{name}")).collect();
    assert!(ledger.read().ends_with(&undone.join(" ")));
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_06_a_loop_is_undone_as_often_as_it_ran() {
    let ledger = Ledger::default();
    let result = run(async {
        for n in 1..=6 {
            let does = if n == 6 { Fails(Error::Gone) } else { Works };
            step(&ledger, &n.to_string(), does).await?;
        }
        Ok(())
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert!(ledger.read().ends_with("+6 -5 -4 -3 -2 -1"));
    let keys: BTreeSet<String> = ledger.step_keys().into_iter().collect();
    assert_eq!(keys.len(), 6, "a key each");
    let keys: BTreeSet<String> = ledger.undo_keys().into_iter().collect();
    assert_eq!(keys.len(), 5, "a key each");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_07_two_failures_undo_each_step_once() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        run(async {
            step(&ledger, "x", Works).await?;
            Err::<(), _>(Error::Gone)
        })
        .await
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a a +x x -x -a");
    assert_eq!(report().undone.len(), 1, "the outer one");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_08_a_nested_saga_is_undone_as_a_unit_in_its_place() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        run(async {
            step(&ledger, "x", Works).await?;
            booking(&ledger, "y", Works).await
        })
        .await?;
        step(&ledger, "b", Works).await?;
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a a +x x +y y +b b -b -y -x -a");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_09_a_nested_failure_that_is_caught_stays_there() {
    let ledger = Ledger::default();
    let result = run(async {
        step(&ledger, "a", Works).await?;
        let caught = run(async {
            step(&ledger, "x", Works).await?;
            step(&ledger, "y", Fails(Error::Gone)).await
        });
        assert_eq!(caught.await, Err(Error::Gone));
        step(&ledger, "b", Works).await?;
        Err::<(), _>(Error::Lost)
    });
    assert_eq!(result.await, Err(Error::Lost));
    assert_eq!(ledger.read(), "+a a +x x +y -x +b b -b -a");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_10_only_the_branch_that_was_taken_is_undone() {
    for (taken, lines) in [(true, "+a a +b b -b -a"), (false, "+a a -a")] {
        let ledger = Ledger::default();
        let result = run(async {
            step(&ledger, "a", Works).await?;
            if taken {
                step(&ledger, "b", Works).await?;
            }
            Err::<(), _>(Error::Gone)
        });
        assert_eq!(result.await, Err(Error::Gone));
        assert_eq!(ledger.read(), lines);
    }
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_43_attempts_of_the_step_do_not_eat_those_of_the_undo() {
    #[compensate(undo_a(ledger, outcome))]
    #[retry(max = 2)]
    async fn flaky(ledger: &Ledger, dependency: &Dependency) -> Result<u32, Error> {
        ledger.note("+a");
        dependency.call().await
    }
    let ledger = Ledger::default().refuses("a", 5);
    let dependency = Dependency::says("LLS");
    let result = run(async {
        flaky(&ledger, &dependency).await?;
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a +a +a !a !a !a !a !a -a");
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_44_an_effect_of_an_earlier_attempt_counts_as_done() {
    #[derive(Debug, Clone, Default)]
    struct Orders(Arc<Mutex<Vec<String>>>);

    async fn cancel(orders: &Orders, order: &String) -> Result<(), String> {
        let mut orders = orders.0.lock().unwrap();
        let before = orders.len();
        orders.retain(|other| other != order);
        if orders.len() == before {
            return Err(format!("no order {order}"));
        }
        Ok(())
    }
    #[compensate(cancel(orders, output))]
    #[retry(max = 1, backoff = none)]
    async fn create(orders: &Orders, keys: &Mutex<Vec<String>>) -> Result<String, Error> {
        let key = Step::key();
        keys.lock().unwrap().push(key.clone());
        let mut orders = orders.0.lock().unwrap();
        if orders.contains(&key) {
            return Ok(key);
        }
        orders.push(key);
        Err(Error::Lost)
    }
    let (orders, keys) = (Orders::default(), Mutex::default());
    let result = run(async {
        create(&orders, &keys).await?;
        assert_eq!(orders.0.lock().unwrap().len(), 1);
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    assert!(orders.0.lock().unwrap().is_empty());
    let keys = keys.into_inner().unwrap();
    assert_eq!((keys.len(), &keys[0]), (2, &keys[1]), "the same key");
    assert_eq!(report().undone[0].attempts, 1);
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_46_everything_runs_twice_and_the_ledger_reads_as_if_once() {
    /// Another system that knows its callers by their keys.
    #[derive(Debug, Clone, Default)]
    struct Bank(Arc<Mutex<(BTreeSet<String>, i64)>>);

    impl Bank {
        fn move_once(&self, key: String, amount: i64) {
            let mut inner = self.0.lock().unwrap();
            if inner.0.insert(key) {
                inner.1 += amount;
            }
        }
    }

    async fn pay_back(bank: &Bank) -> Result<(), &'static str> {
        bank.move_once(Undo::key(), -5);
        if Undo::attempt() == 1 {
            Err("once more")
        } else {
            Ok(())
        }
    }
    #[compensate(pay_back(bank))]
    #[retry(max = 1, backoff = none)]
    async fn pay(bank: &Bank, dependency: &Dependency) -> Result<u32, Error> {
        bank.move_once(Step::key(), 5);
        dependency.call().await
    }
    let bank = Bank::default();
    let dependency = Dependency::says("LSLSLS");
    let result = run(async {
        for balance in [5, 10, 15] {
            pay(&bank, &dependency).await?;
            assert_eq!(bank.0.lock().unwrap().1, balance);
        }
        Err::<(), _>(Error::Gone)
    });
    assert_eq!(result.await, Err(Error::Gone));
    let inner = bank.0.lock().unwrap();
    assert_eq!((inner.0.len(), inner.1), (6, 0));
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_49_a_failing_undo_is_no_hot_loop() {
    let ledger = Ledger::default().refuses("a", u32::MAX);
    let result = run(async {
        step(&ledger, "a", Works).await?;
        Err::<(), _>(Error::Gone)
    });
    let (result, took) = timed(result).await;
    assert_eq!(result, Err(Error::Gone));
    assert_eq!(
        ledger.read(),
        "+a a !a !a !a !a !a !a",
        "six attempts in all"
    );
    assert!(took > 0, "with pauses in between");
    tokio::time::sleep(ms(60_000)).await;
    assert_eq!(ledger.undo_keys().len(), 6);
}

/// The newer of two undos fails six times: its whole policy.
async fn parks(ledger: &Ledger) -> Result<(), Error> {
    step(ledger, "a", Works).await?;
    step(ledger, "b", Works).await?;
    Err(Error::Gone)
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_50_an_undo_that_fails_for_good_is_parked() {
    let ledger = Ledger::default().refuses("b", 6);
    assert_eq!(run(parks(&ledger)).await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a a +b b !b !b !b !b !b !b -a");
    let parked = parked_of(&report());
    assert_eq!((parked.len(), parked[0].attempts()), (1, 6));
    assert_eq!(parked[0].run().await, Ok(()));
    assert!(ledger.read().ends_with("-a -b"));
    assert_eq!(parked[0].run().await, Err(ParkedError::Over));
    assert!(parked_of(&report()).is_empty());
}

#[tokio::test(start_paused = true)]
async fn sc_50_in_a_strict_saga_the_older_ones_wait() {
    #[saga(strict)]
    async fn strictly(ledger: &Ledger) -> Result<(), Error> {
        parks(ledger).await
    }
    let ledger = Ledger::default().refuses("b", 6);
    assert_eq!(strictly(&ledger).await, Err(Error::Gone));
    assert_eq!(ledger.read(), "+a a +b b !b !b !b !b !b !b");
    let parked = parked_of(&report());
    assert_eq!(parked.len(), 2);
    let waits = parked.iter().find(|parked| parked.attempts() == 0).unwrap();
    assert!(matches!(waits.run().await, Err(ParkedError::Waits { .. })));
    let failed = parked.iter().find(|parked| parked.attempts() == 6).unwrap();
    failed.close("refunded by hand");
    assert_eq!(waits.run().await, Ok(()));
    assert!(ledger.read().ends_with("!b -a"));
    assert!(parked_of(&report()).is_empty());
}

/// own · same
#[tokio::test(start_paused = true)]
async fn sc_51_nothing_to_undo_is_a_success() {
    async fn cancel(id: u32) -> Result<Option<u32>, Error> {
        let _ = id;
        Ok(None)
    }
    #[compensate(cancel(id))]
    async fn create(id: u32) -> Result<u32, Error> {
        let _ = id;
        Err(Error::Lost)
    }
    assert_eq!(run(create(1)).await, Err(Error::Lost));
    let report = report();
    assert_eq!((report.undone.len(), report.parked.len()), (1, 0));
}

/// What is left in doubt by the whole stack of a step.
///
/// own · adapted. Without the crash: doubt of an earlier attempt stays
#[tokio::test(start_paused = true)]
async fn sc_45_doubt_of_an_earlier_attempt_is_not_forgotten() {
    #[compensate(undo_a(ledger, outcome))]
    #[retry(max = 1, backoff = none)]
    async fn by_class(ledger: &Ledger, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[compensate(undo_a(ledger, outcome))]
    #[retry(max = 1, on = _, backoff = none)]
    async fn by_pattern(ledger: &Ledger, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (line, lines) in [
        ("LF", "?a"),
        ("LL", "?a"),
        ("FL", "?a"),
        ("FF", ""),
        ("N", ""),
    ] {
        let ledger = Ledger::default();
        assert!(
            run(by_class(&ledger, &Dependency::says(line)))
                .await
                .is_err()
        );
        assert_eq!(ledger.read(), lines, "{line}");
    }
    for (line, lines) in [("LF", "?a"), ("LL", "?a"), ("FL", "?a"), ("FF", "")] {
        let ledger = Ledger::default();
        assert!(
            run(by_pattern(&ledger, &Dependency::says(line)))
                .await
                .is_err()
        );
        assert_eq!(ledger.read(), lines, "{line} by pattern");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejection_has_no_effect_unless_an_attempt_came_before() {
    #[compensate(undo_a(ledger, outcome))]
    #[retry(max = 1, on = _, backoff = none)]
    #[circuit(failures = 1)]
    async fn guarded(ledger: &Ledger, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let ledger = Ledger::default();
    let dependency = Dependency::says("L*");
    let result = run(guarded(&ledger, &dependency)).await;
    assert!(result.unwrap_err().is_circuit_open());
    assert_eq!((ledger.read().as_str(), dependency.runs()), ("?a", 1));
    let result = run(guarded(&ledger, &dependency)).await;
    assert!(result.unwrap_err().is_circuit_open());
    assert_eq!((ledger.read().as_str(), dependency.runs()), ("?a", 1));
}

#[tokio::test(start_paused = true)]
async fn owned_arguments_go_to_the_body_the_retries_and_the_undo() {
    async fn forget(ledger: Ledger, names: Vec<String>) -> Result<(), Error> {
        ledger.note(format!("-{}", names.join("")));
        Ok(())
    }
    #[compensate(forget(ledger, names))]
    #[retry(max = 2, backoff = none)]
    async fn learn(ledger: Ledger, mut names: Vec<String>) -> Result<u32, Error> {
        names.push("c".to_owned());
        ledger.note(format!("+{}", names.join("")));
        Err(Error::Lost)
    }
    let ledger = Ledger::default();
    let names = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(run(learn(ledger.clone(), names)).await, Err(Error::Lost));
    assert_eq!(ledger.read(), "+abc +abc +abc -ab");
}
