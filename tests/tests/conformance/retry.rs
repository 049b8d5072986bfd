//! Section 5: retry counts and results.

use std::{io, sync::Mutex};

use resilience::retry;

use crate::{
    dependency::{Count, Dependency, Error, OnDrop, timed},
    events::Events,
};

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn rt_01_five_retries_are_six_runs_and_the_original_error() {
    #[retry(max = 5, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!(dependency.runs(), 6);
}

#[retry(max = 3, backoff = none)]
async fn three_retries(dependency: &Dependency) -> Result<u32, Error> {
    dependency.call().await
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn rt_03_the_last_retry_still_counts() {
    for (line, runs, result) in [
        ("FFS", 3, Ok(3)),
        ("FFFS", 4, Ok(4)),
        ("FFFFS", 4, Err(Error::Busy)),
    ] {
        let dependency = Dependency::says(line);
        assert_eq!(three_retries(&dependency).await, result, "{line}");
        assert_eq!(dependency.runs(), runs, "{line}");
    }
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn rt_04_the_last_error_is_returned() {
    let dependency = Dependency::says("FFT*");
    let result = three_retries(&dependency).await;
    assert_eq!(result, Err(Error::Throttled(None)));
    assert_eq!(dependency.runs(), 4);
}

/// SmallRye Fault Tolerance · other. The last value is returned as it is; an error of ours would
/// hide it
#[tokio::test(start_paused = true)]
async fn rt_07_a_value_that_stays_unwanted_is_returned_in_the_end() {
    #[retry(max = 3, on_ok = |value: &u32| *value == 1, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("S*");
    assert_eq!(call(&dependency).await, Ok(1), "ours: the value, no error");
    assert_eq!(dependency.runs(), 4);
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn rt_08_an_error_that_is_not_listed_is_not_retried() {
    let dependency = Dependency::says("N*");
    assert_eq!(three_retries(&dependency).await, Err(Error::Gone));
    assert_eq!(dependency.runs(), 1);
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn rt_10_three_attempts_with_a_wait_of_half_a_second() {
    #[retry(attempts = 3, backoff = constant(500ms), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FS");
    assert_eq!(timed(call(&dependency)).await, (Ok(2), 500));
    assert_eq!(dependency.runs(), 2);
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn rt_12_one_attempt_never_sleeps() {
    #[retry(attempts = 1)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Busy), 0));
    assert_eq!(dependency.runs(), 1);
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn rt_13_two_attempts_with_the_same_value_return_it() {
    #[retry(attempts = 2, on_ok = |_| true, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("SS");
    assert_eq!(call(&dependency).await, Ok(2));
    assert_eq!(dependency.runs(), 2);
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn rt_14_a_predicate_that_says_no_ends_it() {
    #[retry(attempts = 3, when = |_: &Error| false)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Busy), 0));
    assert_eq!(dependency.runs(), 1);
}

/// failsafe-go · adapted. Two retries are written; our default is three
#[tokio::test(start_paused = true)]
async fn rt_15_two_retries() {
    #[retry(max = 2, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!(dependency.runs(), 3);
    let dependency = Dependency::says("S*");
    assert_eq!(call(&dependency).await, Ok(1));
    assert_eq!(dependency.runs(), 1);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn rt_18_unwanted_values_are_released_before_the_next_run() {
    #[derive(Debug)]
    struct Resource(u32, #[expect(dead_code, reason = "counts its drop")] OnDrop);

    #[retry(max = 5, on_ok = |_| true, backoff = none)]
    async fn open(opened: &Count, released: &Count) -> Result<Resource, Error> {
        assert_eq!(opened.get(), released.get(), "no two are held at once");
        Ok(Resource(opened.add(), released.on_drop()))
    }
    let (opened, released) = (Count::default(), Count::default());
    let last = open(&opened, &released).await.unwrap();
    assert_eq!((last.0, opened.get(), released.get()), (6, 6, 5));
}

/// Spring Framework · adapted. The history of errors is in the events, not in the error
#[tokio::test(start_paused = true)]
async fn rt_19_three_retries_are_told_and_one_end() {
    let events = Events::collect();
    let dependency = Dependency::says("F*");
    assert_eq!(three_retries(&dependency).await, Err(Error::Busy));
    assert_eq!(
        events.lines(),
        [
            "retry_scheduled attempt=1 wait_ms=0",
            "retry_scheduled attempt=2 wait_ms=0",
            "retry_scheduled attempt=3 wait_ms=0",
            "gave_up attempts=4 why=exhausted",
        ]
    );
    assert!(three_retries(&Dependency::says("S")).await.is_ok());
    assert!(three_retries(&Dependency::says("N")).await.is_err());
    assert_eq!(
        events.lines().len(),
        4,
        "nothing to tell of what went as it had to"
    );
}

/// Spring Framework · same
#[tokio::test(start_paused = true)]
async fn rt_22_two_predicates_must_both_hold() {
    static SAYS: Mutex<Vec<(&str, u32)>> = Mutex::new(Vec::new());

    #[derive(Debug, PartialEq)]
    enum Told {
        Message(&'static str),
        Other,
    }

    #[retry(max = 5, on = Told::Message(_), when = |e: &Told| *e != Told::Message("no"), backoff = none)]
    async fn call(what: &'static str, runs: &Count) -> Result<(), Told> {
        SAYS.lock().unwrap().push((what, runs.add()));
        Err(match what {
            "other" => Told::Other,
            message => Told::Message(message),
        })
    }
    for (what, wanted) in [("both", 6), ("no", 1), ("other", 1)] {
        let runs = Count::default();
        assert!(call(what, &runs).await.is_err());
        assert_eq!(runs.get(), wanted, "{what}");
    }
    assert_eq!(SAYS.lock().unwrap().len(), 8);
}

#[derive(Debug)]
enum Failure {
    Io(io::ErrorKind),
    Wrapped(Box<Failure>),
    State,
}

async fn plays(runs: &Count, line: &mut Vec<Failure>) -> Result<(), Failure> {
    runs.add();
    if line.is_empty() {
        return Ok(());
    }
    Err(line.remove(0))
}

/// Spring Framework · adapted. No history of earlier errors
#[tokio::test(start_paused = true)]
async fn rt_23_without_a_limit_it_ends_with_the_first_other_error() {
    #[retry(max = 4_294_967_295, on = Failure::Io(_), backoff = none)]
    async fn call(runs: &Count, line: &mut Vec<Failure>) -> Result<(), Failure> {
        plays(runs, line).await
    }
    let runs = Count::default();
    let mut line = vec![
        Failure::Io(io::ErrorKind::NotFound),
        Failure::Io(io::ErrorKind::Other),
        Failure::State,
        Failure::Io(io::ErrorKind::Other),
    ];
    let result = call(&runs, &mut line).await;
    assert!(matches!(result, Err(Failure::State)), "{result:?}");
    assert_eq!(runs.get(), 3);
}

/// Spring Framework · adapted. Causes are searched by a predicate or a nested pattern, never by
/// reflection
#[tokio::test(start_paused = true)]
async fn rt_24_a_wrapped_cause_is_searched_and_exclusion_wins() {
    fn retries(error: &Failure) -> bool {
        match error {
            Failure::Io(kind) => *kind != io::ErrorKind::NotFound,
            Failure::Wrapped(cause) => retries(cause),
            Failure::State => false,
        }
    }

    #[retry(max = 9, when = retries, backoff = none)]
    async fn call(runs: &Count, line: &mut Vec<Failure>) -> Result<(), Failure> {
        plays(runs, line).await
    }
    let runs = Count::default();
    let mut line = vec![
        Failure::Io(io::ErrorKind::Other),
        Failure::Wrapped(Box::new(Failure::Io(io::ErrorKind::Other))),
        Failure::Io(io::ErrorKind::NotFound),
    ];
    let result = call(&runs, &mut line).await;
    let excluded = matches!(result, Err(Failure::Io(io::ErrorKind::NotFound)));
    assert!(excluded, "{result:?}");
    assert_eq!(runs.get(), 3);
}

/// grpc-go · same
#[tokio::test(start_paused = true)]
async fn rt_25_seven_calls_to_one_server() {
    #[retry(attempts = 4, on = Error::Busy, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("SFSFFSNFNFFNFFFFS");
    let mut runs = Vec::new();
    for ok in [true, true, true, false, false, false, false] {
        assert_eq!(call(&dependency).await.is_ok(), ok);
        runs.push(dependency.runs() - 1);
    }
    assert_eq!(runs, [0, 2, 5, 6, 8, 11, 15]);
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn rt_30_an_inner_retry_runs_anew_for_each_outer_attempt() {
    #[retry(max = 1, backoff = none)]
    async fn inner(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 10, backoff = none)]
    async fn outer(dependency: &Dependency, tries: &Count) -> Result<u32, Error> {
        tries.add();
        inner(dependency).await
    }
    let (dependency, tries) = (Dependency::says("FFFFFS"), Count::default());
    assert_eq!(outer(&dependency, &tries).await, Ok(6));
    assert_eq!((dependency.runs(), tries.get()), (6, 3));
}

/// failsafe-go · other. Nested retries multiply, here 9; nothing is shared between calls. The
/// budget of each bounds it, see `behaviour::retry::budget::ld_03_…`
#[tokio::test(start_paused = true)]
async fn rt_31_nested_retries_multiply() {
    #[retry(max = 2, backoff = none)]
    async fn inner(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 2, backoff = none)]
    async fn outer(dependency: &Dependency) -> Result<u32, Error> {
        inner(dependency).await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(outer(&dependency).await, Err(Error::Busy));
    assert_eq!(
        dependency.runs(),
        9,
        "ours: no state between calls; budgets bound it"
    );
}
