use std::time::Duration;

use resilience::{Circuit, circuit};

use crate::Error;

const FAILURES: u32 = 5;
const WINDOW: Duration = Duration::from_secs(60);
static PAYMENTS: Circuit = Circuit::new("right::payments").failures(5);

#[circuit(
    rate = 50%,
    window = 100,
    min_calls = 10,
    slow = 2s,
    slow_rate = 80%,
    cooldown = 30s,
    cooldown_factor = 2,
    probes = 1,
    on = Error::Busy | Error::Rejected(_),
    key = (host, port),
    keys_max = 100,
    name = "keys of circuit"
)]
async fn all(host: &str, port: u16) -> Result<u32, Error> {
    Ok(u32::from(port) + u32::from(host.is_empty()))
}

#[circuit(window = 30s, rate = 25%)]
async fn by_time() -> Result<u32, Error> {
    Ok(1)
}

#[circuit(failures = FAILURES, slow = WINDOW, cooldown = WINDOW)]
async fn constants() -> Result<u32, Error> {
    Ok(2)
}

#[circuit(failures = n, probes = n + 1, cooldown = WINDOW * n, on = _)]
async fn expressions(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[circuit(window = WINDOW, min_calls = 3)]
async fn window_of_a_constant() -> Result<u32, Error> {
    Ok(4)
}

#[circuit(PAYMENTS, on = Permanent)]
async fn shared() -> Result<u32, Error> {
    Ok(5)
}

#[circuit(PAYMENTS)]
async fn shared_again() -> Result<u32, Error> {
    Ok(6)
}

pub(super) async fn run() {
    assert_eq!(all("h", 7).await, Ok(7));
    assert_eq!((by_time().await, constants().await), (Ok(1), Ok(2)));
    assert_eq!(expressions(3).await, Ok(3));
    assert_eq!(window_of_a_constant().await, Ok(4));
    assert_eq!((shared().await, shared_again().await), (Ok(5), Ok(6)));
}
