//! Section 8: which errors a layer is for. Hierarchies of errors are patterns here.

use resilience::{Circuit, Rejection, State, circuit, fallback, retry, timeout};

use crate::dependency::{Count, Dependency, Error, ms};

/// E0 has the kinds E1 and E0S, E1 has E2 and E1S, E2 has E2S. X, Q and Z stand alone.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    X,
    E0(E0),
    Q,
    Z,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum E0 {
    Itself,
    E1(E1),
    S,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum E1 {
    Itself,
    E2(E2),
    S,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum E2 {
    Itself,
    S,
}

impl From<Rejection> for Kind {
    fn from(_: Rejection) -> Self {
        Self::Z
    }
}

/// X E0 E1 E2 E2S E1S E0S Q Z, in the order of the table.
const ALL: [Kind; 9] = [
    Kind::X,
    Kind::E0(E0::Itself),
    Kind::E0(E0::E1(E1::Itself)),
    Kind::E0(E0::E1(E1::E2(E2::Itself))),
    Kind::E0(E0::E1(E1::E2(E2::S))),
    Kind::E0(E0::E1(E1::S)),
    Kind::E0(E0::S),
    Kind::Q,
    Kind::Z,
];

fn marks(answers: impl IntoIterator<Item = bool>) -> String {
    let letters = answers.into_iter().map(|yes| if yes { 'y' } else { 'n' });
    letters.collect()
}

/// Which of the nine kinds a filter of `retry` selects.
macro_rules! retries {
    ($answers:literal, $($filter:tt)*) => {
        #[retry(max = 1, backoff = none, $($filter)*)]
        async fn retried(kind: Kind, runs: &Count) -> Result<(), Kind> {
            runs.add();
            Err(kind)
        }
        let mut answers = Vec::new();
        for kind in ALL {
            let runs = Count::default();
            assert_eq!(retried(kind, &runs).await, Err(kind));
            answers.push(runs.get() == 2);
        }
        assert_eq!(marks(answers), $answers, "retry");
    };
}

/// MicroProfile Fault Tolerance · adapted. Rust's errors have no hierarchy of types: patterns over
/// nested enums. The nine answers are those of the table, for `retry`, `fallback` and `circuit`
#[tokio::test(start_paused = true)]
async fn cl_01_include_e0_and_e2_exclude_e1() {
    static CIRCUIT: Circuit = Circuit::new("cl_01").failures(1);

    #[fallback(value = (), on = Kind::E0(E0::Itself | E0::S))]
    async fn covered(kind: Kind) -> Result<(), Kind> {
        Err(kind)
    }
    #[circuit(CIRCUIT, on = Kind::E0(E0::Itself | E0::S))]
    async fn counted(kind: Kind) -> Result<(), Kind> {
        Err(kind)
    }
    retries!("nynnnnynn", on = Kind::E0(E0::Itself | E0::S));
    let (mut fallbacks, mut circuits) = (Vec::new(), Vec::new());
    for kind in ALL {
        fallbacks.push(covered(kind).await.is_ok());
        CIRCUIT.reset();
        assert_eq!(counted(kind).await, Err(kind));
        circuits.push(CIRCUIT.state() == State::Open);
    }
    assert_eq!(marks(fallbacks), "nynnnnynn", "fallback");
    assert_eq!(marks(circuits), "nynnnnynn", "circuit");
}

/// MicroProfile Fault Tolerance · adapted. `on` and `when` together, for `retry`
#[tokio::test(start_paused = true)]
async fn cl_03_what_excludes_the_root_excludes_all() {
    retries!(
        "nnnnnnnnn",
        on = Kind::E0(E0::E1(_)),
        when = |kind: &Kind| !matches!(kind, Kind::E0(_))
    );
}

#[derive(Debug, Clone, PartialEq)]
enum Failure {
    A(Option<u8>),
    B,
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cl_04_include_a() {
    #[retry(max = 3, on = Failure::A(_), backoff = none)]
    async fn call(failure: &Failure, runs: &Count) -> Result<(), Failure> {
        runs.add();
        Err(failure.clone())
    }
    for (failure, wanted) in [
        (Failure::A(None), 4),
        (Failure::A(Some(1)), 4),
        (Failure::B, 1),
    ] {
        let runs = Count::default();
        assert_eq!(call(&failure, &runs).await, Err(failure.clone()));
        assert_eq!(runs.get(), wanted, "{failure:?}");
    }
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cl_05_exclude_a() {
    #[retry(max = 3, when = |f: &Failure| !matches!(f, Failure::A(_)), backoff = none)]
    async fn call(failure: &Failure, runs: &Count) -> Result<(), Failure> {
        runs.add();
        Err(failure.clone())
    }
    for (failure, wanted) in [
        (Failure::A(None), 1),
        (Failure::A(Some(1)), 1),
        (Failure::B, 4),
    ] {
        let runs = Count::default();
        assert_eq!(call(&failure, &runs).await, Err(failure.clone()));
        assert_eq!(runs.get(), wanted, "{failure:?}");
    }
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cl_07_a_timeout_that_is_not_included_is_not_retried() {
    #[retry(max = 3, on = Error::Busy, backoff = none)]
    #[timeout(500ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(1000), "S*");
    assert!(call(&dependency).await.unwrap_err().is_timed_out());
    assert_eq!(dependency.runs(), 1);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn cl_08_a_timeout_that_is_excluded_is_not_retried() {
    #[retry(max = 3, on = Retryable, when = |error: &Error| !error.is_timed_out(), backoff = none)]
    #[timeout(500ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(1000), "S*");
    assert!(call(&dependency).await.unwrap_err().is_timed_out());
    assert_eq!(dependency.runs(), 1);
}

/// Hystrix · adapted. The mark is the class `Permanent`
#[tokio::test(start_paused = true)]
async fn cl_09_the_callers_own_mistake_passes_through_every_layer() {
    static CIRCUIT: Circuit = Circuit::new("cl_09").failures(1);

    #[fallback(value = 0, on = Retryable)]
    #[retry(max = 3, backoff = none)]
    #[circuit(CIRCUIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("N*");
    assert_eq!(call(&dependency).await, Err(Error::Gone));
    assert_eq!(dependency.runs(), 1);
    assert_eq!(CIRCUIT.state(), State::Closed);
    assert_eq!(CIRCUIT.counters().failures, 0);
}
