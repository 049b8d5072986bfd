//! Circuits through their attribute: own, shared and keyed.

use std::{cell::Cell, time::Duration};

use resilience::{Circuit, Rejection, State, circuit, circuits, retry, timeout};

#[derive(Debug, Clone, PartialEq)]
enum Error {
    Down,
    Rejected(Rejection),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Error {
    fn is_open(&self) -> bool {
        matches!(self, Self::Rejected(rejection) if rejection.is_circuit_open())
    }
}

static PAYMENTS: Circuit = Circuit::new("payments")
    .failures(2)
    .cooldown(Duration::from_secs(10))
    .probes(1);

#[circuit(PAYMENTS, on = _)]
async fn pay(ok: bool) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::Down) }
}

#[circuit(PAYMENTS, on = Error::Down)]
async fn refund(ok: bool) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::Down) }
}

#[tokio::test(start_paused = true)]
async fn functions_can_share_a_circuit() {
    assert_eq!(pay(false).await, Err(Error::Down));
    assert_eq!(refund(false).await, Err(Error::Down));
    assert_eq!(PAYMENTS.state(), State::Open);
    let open = pay(true).await.unwrap_err();
    assert!(open.is_open());
    let Error::Rejected(rejection) = open else {
        panic!("not a rejection")
    };
    assert_eq!(rejection.retry_after(), Some(Duration::from_secs(10)));
    assert!(
        rejection.site().ends_with("circuits::pay"),
        "{}",
        rejection.site()
    );
    assert!(
        circuits()
            .iter()
            .any(|circuit| circuit.name() == "payments")
    );
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(
        refund(true).await,
        Ok(()),
        "at exactly the end of the cooldown"
    );
    assert_eq!(PAYMENTS.state(), State::Closed);
}

#[circuit(failures = 1, on = _, key = host)]
async fn fetch(host: &str, path: String, ok: bool) -> Result<usize, Error> {
    if ok {
        Ok(host.len() + path.len())
    } else {
        Err(Error::Down)
    }
}

#[circuit(failures = 1, on = _, key = (tenant, path.len()))]
async fn by_pair(tenant: u64, path: String, ok: bool) -> Result<String, Error> {
    let _ = tenant;
    if ok { Ok(path) } else { Err(Error::Down) }
}

#[tokio::test(start_paused = true)]
async fn each_key_has_a_circuit_of_its_own() {
    assert_eq!(fetch("a", "/".into(), false).await, Err(Error::Down));
    assert!(fetch("a", "/".into(), true).await.unwrap_err().is_open());
    assert_eq!(fetch("b", "/".into(), true).await, Ok(2));
    let open: Vec<_> = circuits()
        .into_iter()
        .filter(|circuit| circuit.state() == State::Open)
        .filter_map(|circuit| circuit.key())
        .collect();
    assert!(open.contains(&"\"a\"".to_owned()), "{open:?}");
    assert_eq!(by_pair(1, "x".into(), false).await, Err(Error::Down));
    assert!(by_pair(1, "y".into(), true).await.unwrap_err().is_open());
    assert_eq!(by_pair(2, "y".into(), true).await, Ok("y".into()));
}

#[retry(max = 4, on = _, backoff = none)]
#[circuit(failures = 3, on = _, key = host)]
async fn fetch_again(host: &str, calls: &Cell<u32>) -> Result<(), Error> {
    let _ = host;
    calls.set(calls.get() + 1);
    Err(Error::Down)
}

#[tokio::test(start_paused = true)]
async fn every_attempt_passes_through_the_circuit_of_its_key() {
    let calls = Cell::new(0);
    let error = fetch_again("c", &calls).await.unwrap_err();
    assert!(error.is_open());
    assert_eq!(calls.get(), 3);
}

const PAUSE: Duration = Duration::from_secs(3);
const CALLS: u32 = 4;

#[derive(Debug)]
struct Client {
    cooldown: Duration,
}

impl Client {
    const PROBES: u32 = 1;

    #[circuit(window = CALLS, rate = 50%, cooldown = PAUSE, on = _)]
    async fn constants(&self, ok: bool) -> Result<(), Error> {
        if ok { Ok(()) } else { Err(Error::Down) }
    }

    #[circuit(failures = 1, probes = Self::PROBES, cooldown = self.cooldown, on = _)]
    async fn expressions(&self, ok: bool) -> Result<(), Error> {
        if ok { Ok(()) } else { Err(Error::Down) }
    }
}

#[tokio::test(start_paused = true)]
async fn values_may_be_constants_and_expressions() {
    let client = Client {
        cooldown: Duration::from_secs(7),
    };
    for ok in [true, true, false, false] {
        assert_eq!(client.constants(ok).await.is_ok(), ok);
    }
    assert!(client.constants(true).await.unwrap_err().is_open());
    assert!(client.expressions(false).await.is_err());
    tokio::time::advance(Duration::from_secs(6)).await;
    assert!(client.expressions(true).await.unwrap_err().is_open());
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(client.expressions(true).await, Ok(()));
    let client = Client {
        cooldown: Duration::ZERO,
    };
    let refused = client.expressions(true).await.unwrap_err();
    let Error::Rejected(Rejection::Misconfigured { reason, .. }) = refused else {
        panic!("a cooldown of zero was accepted")
    };
    assert!(reason.starts_with("R002"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_ends_the_retrying() {
    static OUTER: Circuit = Circuit::new("outer").failures(1);
    #[retry(max = 5, on = Error::Down, backoff = none)]
    #[circuit(OUTER, on = _)]
    async fn call() -> Result<(), Error> {
        Err(Error::Down)
    }
    assert!(call().await.unwrap_err().is_open());
    assert_eq!(OUTER.counters().rejected, 1);
}

static SHARED: Circuit = Circuit::new("beside_constants")
    .failures(1)
    .slow(Duration::from_secs(2));

const LIMIT: Duration = Duration::from_secs(3);

#[circuit(SHARED, on = _)]
#[timeout(LIMIT)]
async fn beside_a_constant() -> Result<(), Error> {
    Ok(())
}

#[circuit(SHARED, on = _)]
#[timeout(limit)]
async fn beside_an_expression(limit: Duration) -> Result<(), Error> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_shared_circuit_stands_beside_values_that_are_known_later() {
    assert_eq!(beside_a_constant().await, Ok(()));
    assert_eq!(beside_an_expression(LIMIT).await, Ok(()));
    // A call cut off after one second can never be slow, which is two.
    let refused = beside_an_expression(Duration::from_secs(1)).await;
    let Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) = refused else {
        panic!("{refused:?}");
    };
    assert!(reason.contains("slow"), "{reason}");
}
