//! §6: sagas and steps.

use std::{
    borrow::Cow,
    fmt::Display,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
};

use futures::FutureExt as _;
use resilience::{
    Circuit, Saga, SagaReport, Step, StepOutcome, Undo, circuit, compensate, fallback, retry, saga,
    saga::{last_report, parked},
    timeout,
};

use crate::dependency::{Dependency, Error, ms, timed};

/// What happened, in order.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// An error that cannot be displayed.
#[derive(Debug)]
struct Failed;

fn report() -> SagaReport {
    last_report().expect("a saga was unwound on this thread")
}

#[tokio::test(start_paused = true)]
async fn arguments_of_every_form_reach_the_undo() {
    #[derive(Debug, Clone)]
    struct Item {
        id: u32,
    }
    #[allow(clippy::too_many_arguments, reason = "every form there is")]
    async fn undo(
        log: &Log,
        name: &str,
        numbers: &[u32],
        item: &Item,
        owned: String,
        count: u32,
        maybe: Option<u8>,
        list: &mut Vec<u32>,
        bytes: &[u8; 2],
        note: Option<&str>,
        shown: &impl Display,
    ) -> Result<(), Failed> {
        list.push(9);
        log.note(format!(
            "{name} {numbers:?} {} {owned} {count} {maybe:?} {list:?} {bytes:?} {note:?} {shown}",
            item.id
        ));
        Ok(())
    }
    #[compensate(undo(
        log, name, numbers, item, owned, count, maybe, list, bytes, note, shown
    ))]
    #[retry(max = 1, backoff = none)]
    #[allow(clippy::too_many_arguments, reason = "every form there is")]
    async fn step(
        log: &Log,
        name: &str,
        numbers: &[u32],
        item: &Item,
        owned: String,
        count: u32,
        maybe: Option<u8>,
        list: &mut Vec<u32>,
        bytes: &[u8; 2],
        note: Option<&str>,
        shown: &(impl Display + Clone + Send + Sync + 'static),
    ) -> Result<u32, Error> {
        list.push(count);
        let _ = (log, name, numbers, item, maybe, bytes, note, shown);
        drop(owned);
        Ok(1)
    }
    #[saga]
    async fn both(log: &Log) -> Result<(), Error> {
        let mut list = vec![1];
        step(
            log,
            "n",
            &[1, 2],
            &Item { id: 3 },
            "o".to_owned(),
            4,
            Some(5),
            &mut list,
            &[6, 7],
            Some("note"),
            &8,
        )
        .await?;
        assert_eq!(list, [1, 4]);
        Err(Error::Gone)
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Gone));
    assert_eq!(
        log.lines(),
        ["n [1, 2] 3 o 4 Some(5) [1, 9] [6, 7] Some(\"note\") 8"],
        "as they were before the body"
    );
}

#[tokio::test(start_paused = true)]
async fn arguments_that_borrow_in_parts_are_kept_owned() {
    type Filter = Arc<dyn Fn(&str) -> bool + Send + Sync>;
    async fn undo(
        log: &Log,
        name: Cow<'_, str>,
        numbers: Cow<'_, [u32]>,
        parts: &[&str],
        empty: &[&str],
        filter: Filter,
    ) -> Result<(), Failed> {
        log.note(format!(
            "{name} {numbers:?} {parts:?} {empty:?} {}",
            filter(parts[0])
        ));
        Ok(())
    }
    #[compensate(undo(log, name, numbers, parts, empty, filter))]
    async fn step(
        log: &Log,
        name: Cow<'_, str>,
        numbers: Cow<'_, [u32]>,
        parts: &[&str],
        empty: &[&str],
        filter: Filter,
    ) -> Result<u32, Error> {
        drop((log, name, numbers, parts, empty, filter));
        Ok(1)
    }
    #[saga]
    async fn both(log: &Log) -> Result<(), Error> {
        let (name, part, numbers) = ("n".to_owned(), "p".to_owned(), vec![1, 2]);
        let (name, numbers) = (Cow::Borrowed(&*name), Cow::Borrowed(&*numbers));
        let filter: Filter = Arc::new(|part| part == "p");
        step(log, name, numbers, &[&part, "q"], &[], filter).await?;
        Err(Error::Gone)
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Gone));
    assert_eq!(log.lines(), [r#"n [1, 2] ["p", "q"] [] true"#]);
}

#[tokio::test(start_paused = true)]
async fn an_undo_takes_the_output_in_every_form_of_a_reference() {
    type Notes = Mutex<Vec<String>>;
    static NOTES: Notes = Notes::new(Vec::new());
    #[expect(clippy::unnecessary_wraps, reason = "the undos answer with it")]
    fn note(line: String) -> Result<(), Failed> {
        NOTES.lock().unwrap().push(line);
        Ok(())
    }
    async fn coerced(output: &str) -> Result<(), Failed> {
        note(format!("coerced {output}"))
    }
    async fn generic<T: Display + Sync>(output: &T) -> Result<(), Failed> {
        note(format!("generic {output}"))
    }
    async fn any<T: Display + Send>(output: T) -> Result<(), Failed> {
        note(format!("any {output}"))
    }
    async fn opaque(output: &impl AsRef<str>) -> Result<(), Failed> {
        note(format!("opaque {}", output.as_ref()))
    }
    fn future(output: &String) -> impl Future<Output = Result<(), Failed>> + Send + use<> {
        let line = format!("future {output}");
        async move { note(line) }
    }
    #[compensate(coerced)]
    async fn one() -> Result<String, Error> {
        Ok("1".to_owned())
    }
    #[compensate(generic(output))]
    async fn two() -> Result<String, Error> {
        Ok("2".to_owned())
    }
    #[compensate(any)]
    async fn three() -> Result<String, Error> {
        Ok("3".to_owned())
    }
    #[compensate(opaque)]
    async fn four() -> Result<String, Error> {
        Ok("4".to_owned())
    }
    #[compensate(future)]
    async fn five() -> Result<String, Error> {
        Ok("5".to_owned())
    }
    #[saga]
    async fn all() -> Result<(), Error> {
        one().await?;
        two().await?;
        three().await?;
        four().await?;
        five().await?;
        Err(Error::Gone)
    }
    assert_eq!(all().await, Err(Error::Gone));
    let expected = ["future 5", "opaque 4", "any 3", "generic 2", "coerced 1"];
    assert_eq!(*NOTES.lock().unwrap(), expected);
}

async fn release(log: &Log, name: &str) -> Result<(), Failed> {
    log.note(format!("release {name}"));
    Ok(())
}

#[compensate(release(log, name))]
async fn reserve(log: &Log, name: &str, dependency: &Dependency) -> Result<u32, Error> {
    log.note(name);
    dependency.call().await
}

async fn cancel(output: &(Log, u32)) -> Result<(), Failed> {
    output.0.note(format!("cancel {}", output.1));
    Ok(())
}

#[compensate(cancel(output))]
async fn book(log: &Log, dependency: &Dependency) -> Result<(Log, u32), Error> {
    let number = dependency.call().await?;
    log.note(format!("book {number}"));
    Ok((log.clone(), number))
}

#[saga]
async fn one_step<F>(step: F) -> Result<(), Error>
where
    F: AsyncFnOnce() -> Result<(), Error>,
{
    step().await
}

#[tokio::test(start_paused = true)]
async fn when_it_is_enlisted_depends_on_what_it_is_given() {
    for (line, before) in [("L", true), ("N", false), ("F", false)] {
        let log = Log::default();
        let dependency = Dependency::says(line);
        assert!(
            one_step(async || reserve(&log, "a", &dependency).await.map(drop))
                .await
                .is_err()
        );
        assert_eq!(
            log.lines().contains(&"release a".to_owned()),
            before,
            "{line}"
        );
    }
    let log = Log::default();
    let dependency = Dependency::says("L");
    assert!(
        one_step(async || book(&log, &dependency).await.map(drop))
            .await
            .is_err()
    );
    assert_eq!(
        log.lines(),
        [""; 0],
        "without an output it cannot be undone"
    );
    let doubt = report().in_doubt;
    assert_eq!(doubt.len(), 1, "the report says so");
    assert!(doubt[0].step.ends_with("book"), "{}", doubt[0].step);
    let log = Log::default();
    let dependency = Dependency::says("P");
    let panics = AssertUnwindSafe(one_step(async || {
        reserve(&log, "a", &dependency).await.map(drop)
    }));
    assert!(panics.catch_unwind().await.is_err());
    assert_eq!(log.lines(), ["a", "release a"], "kept on panic");
    let log = Log::default();
    let dependency = Dependency::says("H");
    {
        let hangs = one_step(async || reserve(&log, "a", &dependency).await.map(drop));
        assert!(tokio::time::timeout(ms(10), hangs).await.is_err());
    }
    tokio::time::sleep(ms(1)).await;
    assert_eq!(log.lines(), ["a", "release a"], "kept on cancellation");
}

#[tokio::test(start_paused = true)]
async fn the_truth_is_told() {
    async fn told(log: &Log, name: String, outcome: StepOutcome<&String>) -> Result<(), Failed> {
        match outcome {
            StepOutcome::Done(output) => log.note(format!("{name} done {output}")),
            StepOutcome::Maybe => log.note(format!("{name} maybe")),
        }
        Ok(())
    }
    #[compensate(told(log, name, outcome))]
    async fn step(log: &Log, name: String, dependency: &Dependency) -> Result<String, Error> {
        let _ = log;
        dependency.call().await?;
        Ok(name + "!")
    }
    #[saga]
    async fn both(log: &Log) -> Result<(), Error> {
        step(log, "a".to_owned(), &Dependency::says("S")).await?;
        step(log, "b".to_owned(), &Dependency::says("L")).await?;
        Ok(())
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Lost));
    assert_eq!(log.lines(), ["b maybe", "a done a!"]);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_was_caught_leaves_the_step_enlisted() {
    #[saga]
    async fn both(log: &Log) -> Result<(), Error> {
        assert_eq!(
            reserve(log, "a", &Dependency::says("L")).await,
            Err(Error::Lost)
        );
        assert_eq!(
            reserve(log, "b", &Dependency::says("N")).await,
            Err(Error::Gone)
        );
        reserve(log, "c", &Dependency::says("S")).await?;
        Err(Error::Busy)
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Busy));
    assert_eq!(log.lines(), ["a", "b", "c", "release c", "release a"]);
    assert_eq!(report().undone.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_keys_are_stable() {
    static STEP_KEYS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    static UNDO_KEYS: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());
    async fn undo(n: u32) -> Result<(), Failed> {
        let _ = n;
        UNDO_KEYS
            .lock()
            .unwrap()
            .push((Undo::key(), Undo::attempt()));
        if Undo::attempt() < 3 {
            Err(Failed)
        } else {
            Ok(())
        }
    }
    #[compensate(undo(n))]
    #[retry(max = 2, backoff = none)]
    #[timeout(1s)]
    async fn step(n: u32, dependency: &Dependency) -> Result<u32, Error> {
        STEP_KEYS.lock().unwrap().push(Step::key());
        dependency.call().await.map(|_| n)
    }
    #[saga]
    async fn both() -> Result<(), Error> {
        step(1, &Dependency::says("FFS")).await?;
        step(1, &Dependency::says("S")).await?;
        Err(Error::Gone)
    }
    assert_eq!(both().await, Err(Error::Gone));
    let steps = STEP_KEYS.lock().unwrap().clone();
    assert_eq!(steps.len(), 4);
    assert!(
        steps[0] == steps[1] && steps[1] == steps[2] && steps[2] != steps[3],
        "{steps:?}"
    );
    assert!(!steps[0].is_empty());
    let undos = UNDO_KEYS.lock().unwrap().clone();
    let attempts: Vec<_> = undos.iter().map(|(_, attempt)| *attempt).collect();
    assert_eq!(attempts, [1, 2, 3, 1, 2, 3]);
    assert!(undos[0].0 == undos[2].0 && undos[3].0 == undos[5].0 && undos[0].0 != undos[3].0);
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_before_the_first_attempt_leaves_nothing_to_undo() {
    static CIRCUIT: Circuit = Circuit::new("contract-saga").failures(1);
    #[compensate(release(log, name))]
    #[retry(max = 3, backoff = none)]
    #[circuit(CIRCUIT)]
    async fn step(log: &Log, name: &str, dependency: &Dependency) -> Result<u32, Error> {
        log.note(name);
        dependency.call().await
    }
    let log = Log::default();
    let dependency = Dependency::says("L*");
    let failed = one_step(async || step(&log, "a", &dependency).await.map(drop)).await;
    assert!(failed.unwrap_err().is_circuit_open());
    assert_eq!(
        log.lines(),
        ["a", "release a"],
        "after one attempt it has an effect"
    );
    let log = Log::default();
    let failed = one_step(async || step(&log, "a", &dependency).await.map(drop)).await;
    assert!(failed.unwrap_err().is_circuit_open());
    assert_eq!(log.lines(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_above_a_saga_runs_a_new_saga_each_time() {
    static IDS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    #[retry(max = 2, backoff = constant(10ms), jitter = none)]
    #[saga]
    async fn twice(log: &Log, dependency: &Dependency) -> Result<u32, Error> {
        IDS.lock().unwrap().push(Saga::current().id());
        reserve(log, "a", &Dependency::says("S")).await?;
        dependency.call().await
    }
    let log = Log::default();
    assert_eq!(twice(&log, &Dependency::says("FS")).await, Ok(2));
    assert_eq!(log.lines(), ["a", "release a", "a"]);
    let ids = IDS.lock().unwrap().clone();
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_a_saga_does_not_limit_its_undoing() {
    async fn slowly(log: &Log) -> Result<(), Failed> {
        tokio::time::sleep(ms(60_000)).await;
        log.note("undone");
        Ok(())
    }
    #[compensate(slowly(log))]
    async fn step(log: &Log) -> Result<u32, Error> {
        log.note("step");
        Ok(1)
    }
    #[timeout(1s)]
    #[saga]
    async fn limited(log: &Log) -> Result<u32, Error> {
        step(log).await?;
        std::future::pending().await
    }
    #[fallback(value = 7)]
    #[saga]
    async fn answered(log: &Log) -> Result<u32, Error> {
        step(log).await?;
        Err(Error::Gone)
    }
    let log = Log::default();
    let (result, took) = timed(limited(&log)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!(took, 1000, "the caller does not wait");
    tokio::time::sleep(ms(60_001)).await;
    assert_eq!(log.lines(), ["step", "undone"]);
    let log = Log::default();
    assert_eq!(timed(answered(&log)).await, (Ok(7), 60_000));
    assert_eq!(log.lines(), ["step", "undone"]);
}

#[tokio::test(start_paused = true)]
async fn nested_sagas_hand_over_as_a_unit() {
    #[saga]
    async fn inner(log: &Log, fails: bool) -> Result<(), Error> {
        reserve(log, "i1", &Dependency::says("S")).await?;
        reserve(log, "i2", &Dependency::says("S")).await?;
        if fails { Err(Error::Busy) } else { Ok(()) }
    }
    #[saga]
    async fn outer(log: &Log, fails: bool) -> Result<(), Error> {
        reserve(log, "o1", &Dependency::says("S")).await?;
        let _ = inner(log, fails).await;
        reserve(log, "o2", &Dependency::says("S")).await?;
        Err(Error::Gone)
    }
    let undone = |log: &Log| -> Vec<String> {
        log.lines()
            .into_iter()
            .filter(|line| line.starts_with("release"))
            .collect()
    };
    let log = Log::default();
    assert_eq!(outer(&log, false).await, Err(Error::Gone));
    assert_eq!(
        undone(&log),
        ["release o2", "release i2", "release i1", "release o1"]
    );
    let log = Log::default();
    assert_eq!(outer(&log, true).await, Err(Error::Gone));
    assert_eq!(
        undone(&log),
        ["release i2", "release i1", "release o2", "release o1"]
    );
}

trait Shop: Sync {
    type Item: Display + Send + Sync;

    async fn pick(&self) -> Result<Self::Item, Error>;
}

struct Fruit;

impl Shop for Fruit {
    type Item = &'static str;

    async fn pick(&self) -> Result<&'static str, Error> {
        Ok("apple")
    }
}

async fn put_back<T: Clone + Send + Sync + 'static>(log: &Log, item: &T) -> Result<(), Failed> {
    let _ = item;
    log.note(format!("put back {}", std::any::type_name::<T>()));
    Ok(())
}

#[compensate(put_back(log, item))]
async fn take<T>(log: &Log, item: &T) -> Result<T, Error>
where
    T: Clone + Send + Sync + 'static,
{
    log.note("take");
    Ok(item.clone())
}

#[saga]
async fn sell<S: Shop, const N: usize>(log: &Log, shop: &S) -> Result<[u8; N], Error> {
    let item = shop.pick().await?;
    take(log, &item.to_string()).await?;
    take(log, &[0_u8; N]).await?;
    Err(Error::Gone)
}

#[tokio::test(start_paused = true)]
async fn generic_sagas_and_steps() {
    let log = Log::default();
    assert_eq!(sell::<_, 3>(&log, &Fruit).await, Err(Error::Gone));
    assert_eq!(
        log.lines(),
        [
            "take",
            "take",
            "put back [u8; 3]",
            "put back alloc::string::String"
        ]
    );
}

#[derive(Debug, Clone)]
struct Warehouse<T> {
    log: Log,
    stock: T,
}

impl<T: Clone + Send + Sync + Display + 'static> Warehouse<T> {
    #[compensate(Self::restock)]
    async fn by_output(&self, n: u32) -> Result<u32, Error> {
        self.log.note(format!("by output {n}"));
        Ok(n)
    }

    async fn restock(&self, output: &u32) -> Result<(), Failed> {
        self.log.note(format!("restock {output} {}", self.stock));
        Ok(())
    }

    #[compensate(Self::put_back(n, name))]
    async fn by_arguments(&mut self, n: u32, name: &str) -> Result<u32, Error> {
        self.log.note(format!("by arguments {n} {name}"));
        Ok(n)
    }

    async fn put_back(&mut self, n: u32, name: &str) -> Result<(), Failed> {
        self.log.note(format!("put back {n} {name} {}", self.stock));
        Ok(())
    }

    #[compensate(Self::take_back(n, outcome))]
    async fn by_outcome(self, n: u32) -> Result<Self, Error> {
        self.log.note("by outcome");
        Ok(self)
    }

    async fn take_back(self, n: u32, outcome: StepOutcome<&Self>) -> Result<(), Failed> {
        let done = matches!(outcome, StepOutcome::Done(_));
        self.log.note(format!("take back {n} {done}"));
        Ok(())
    }

    #[compensate(forget(n))]
    async fn by_function(&self, n: &Log) -> Result<u32, Error> {
        n.note("by function");
        Ok(1)
    }

    #[saga(name = "warehouse")]
    async fn all(&mut self) -> Result<(), Error> {
        self.by_output(1).await?;
        self.by_arguments(2, "two").await?;
        self.clone().by_outcome(3).await?;
        self.by_function(&self.log).await?;
        Err(Error::Gone)
    }
}

async fn forget(log: &Log) -> Result<(), Failed> {
    log.note("forget");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn methods_as_undo() {
    let log = Log::default();
    let mut warehouse = Warehouse {
        log: log.clone(),
        stock: "full",
    };
    assert_eq!(warehouse.all().await, Err(Error::Gone));
    assert_eq!(
        log.lines(),
        [
            "by output 1",
            "by arguments 2 two",
            "by outcome",
            "by function",
            "forget",
            "take back 3 true",
            "put back 2 two full",
            "restock 1 full",
        ]
    );
    assert_eq!(report().saga, "warehouse");
}

#[tokio::test(start_paused = true)]
async fn a_failing_undo_is_parked_after_five_retries_and_can_be_run_by_hand() {
    static ATTEMPTS: Mutex<u32> = Mutex::new(0);
    async fn fails(log: &Log) -> Result<(), Failed> {
        log.note("try");
        let mut attempts = ATTEMPTS.lock().unwrap();
        *attempts += 1;
        if *attempts == 7 { Ok(()) } else { Err(Failed) }
    }
    #[compensate(fails(log), name = "contract.parked")]
    async fn step(log: &Log) -> Result<u32, Error> {
        log.note("step");
        Ok(1)
    }
    #[saga]
    async fn both(log: &Log) -> Result<(), Error> {
        reserve(log, "a", &Dependency::says("S")).await?;
        step(log).await?;
        Err(Error::Gone)
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Gone), "the original error");
    assert_eq!(
        log.lines(),
        [
            "a",
            "step",
            "try",
            "try",
            "try",
            "try",
            "try",
            "try",
            "release a"
        ]
    );
    let said = report();
    assert_eq!((said.parked.len(), said.undone.len()), (1, 1));
    let mine = || {
        parked()
            .into_iter()
            .find(|parked| parked.step() == "contract.parked")
    };
    mine().unwrap().run().await.unwrap();
    assert!(mine().is_none());
}

#[tokio::test(start_paused = true)]
async fn in_a_strict_saga_the_older_ones_wait_until_one_is_closed_by_hand() {
    async fn never(log: &Log) -> Result<(), Failed> {
        let _ = log;
        Err(Failed)
    }
    #[compensate(never(log), name = "contract.never")]
    async fn step(log: &Log) -> Result<u32, Error> {
        let _ = log;
        Ok(1)
    }
    #[compensate(release(log, name), name = "contract.older")]
    async fn older(log: &Log, name: &str) -> Result<u32, Error> {
        let _ = (log, name);
        Ok(1)
    }
    #[saga(strict)]
    async fn both(log: &Log) -> Result<(), Error> {
        older(log, "a").await?;
        step(log).await?;
        Err(Error::Gone)
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Gone));
    assert_eq!(log.lines(), [""; 0]);
    let find = |name: &str| {
        parked()
            .into_iter()
            .find(|parked| parked.step() == name)
            .unwrap()
    };
    assert!(find("contract.older").run().await.is_err());
    find("contract.never").close("done by hand");
    find("contract.older").run().await.unwrap();
    assert_eq!(log.lines(), ["release a"]);
}

#[tokio::test(start_paused = true)]
async fn the_saga_unwinds_on_panic_drop_and_error_and_not_on_success() {
    #[saga]
    async fn ends(log: &Log, line: &str) -> Result<u32, Error> {
        reserve(log, "a", &Dependency::says("S")).await?;
        Dependency::says(line).call().await
    }
    let log = Log::default();
    assert_eq!(ends(&log, "S").await, Ok(1));
    assert_eq!(log.lines(), ["a"]);
    let log = Log::default();
    assert!(ends(&log, "F").await.is_err());
    assert_eq!(log.lines(), ["a", "release a"]);
    let log = Log::default();
    assert!(
        AssertUnwindSafe(ends(&log, "P"))
            .catch_unwind()
            .await
            .is_err()
    );
    assert_eq!(log.lines(), ["a", "release a"]);
    let log = Log::default();
    let spawned = tokio::spawn({
        let log = log.clone();
        async move { ends(&log, "H").await }
    });
    tokio::time::sleep(ms(1)).await;
    spawned.abort();
    tokio::time::sleep(ms(1)).await;
    assert_eq!(log.lines(), ["a", "release a"]);
}

#[tokio::test(start_paused = true)]
async fn parallel_steps_settle_first() {
    #[saga]
    async fn both(log: &Log) -> Result<(), Error> {
        let slow = Dependency::taking(ms(50), "S");
        let fails = Dependency::taking(ms(10), "N");
        tokio::try_join!(reserve(log, "slow", &slow), reserve(log, "fails", &fails))?;
        Ok(())
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Gone));
    assert_eq!(log.lines(), ["slow", "fails", "release slow"]);
}

#[tokio::test(start_paused = true)]
async fn a_saga_can_be_carried_into_a_spawned_task() {
    #[saga]
    async fn spawns(log: &Log) -> Result<(), Error> {
        let log = log.clone();
        let task = async move { reserve(&log, "a", &Dependency::says("S")).await };
        let handle = tokio::spawn(Saga::current().scope(task));
        assert_eq!(handle.await.unwrap(), Ok(1));
        Err(Error::Gone)
    }
    let log = Log::default();
    assert_eq!(spawns(&log).await, Err(Error::Gone));
    assert_eq!(log.lines(), ["a", "release a"]);
    assert!(!Saga::current().is_active());
}

#[tokio::test(start_paused = true)]
async fn a_panicking_compensation_is_a_failed_attempt() {
    async fn undo(log: &Log) -> Result<(), Failed> {
        log.note("try");
        assert!(Undo::attempt() > 1, "at first it panics");
        Ok(())
    }
    #[compensate(undo(log))]
    async fn step(log: &Log) -> Result<u32, Error> {
        let _ = log;
        Ok(1)
    }
    let log = Log::default();
    let failed = one_step(async || step(&log).await.and(Err(Error::Gone))).await;
    assert_eq!(failed, Err(Error::Gone));
    assert_eq!(log.lines(), ["try", "try"]);
    assert_eq!(report().undone[0].attempts, 2);
}

#[tokio::test(start_paused = true)]
async fn the_undo_of_a_retried_step_lies_above_its_layers() {
    #[compensate(release(log, name))]
    #[retry(max = 5, backoff = none, on = _)]
    #[timeout(1s)]
    async fn step(log: &Log, name: &str, dependency: &Dependency) -> Result<u32, Error> {
        log.note(name);
        dependency.call().await
    }
    let log = Log::default();
    let dependency = Dependency::says("FLNS");
    let failed = one_step(async || step(&log, "a", &dependency).await.and(Err(Error::Gone))).await;
    assert_eq!(failed, Err(Error::Gone));
    assert_eq!(
        log.lines(),
        ["a", "a", "a", "a", "release a"],
        "one step, however many attempts"
    );
}

#[tokio::test(start_paused = true)]
async fn steps_and_sagas_that_return_a_future() {
    #[compensate(release(log, name))]
    fn step(log: &Log, name: &str) -> impl Future<Output = Result<u32, Error>> + Send {
        let _ = name;
        let log = log.clone();
        async move {
            log.note("step");
            Ok(1)
        }
    }
    #[saga]
    fn both(log: &Log) -> impl Future<Output = Result<(), Error>> + Send {
        async move {
            step(log, "a").await?;
            Err(Error::Gone)
        }
    }
    let log = Log::default();
    assert_eq!(both(&log).await, Err(Error::Gone));
    assert_eq!(log.lines(), ["step", "release a"]);
}
