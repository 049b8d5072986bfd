use std::time::Duration;

use resilience::{Rate, RateLimit, rate_limit};

use crate::Error;

const OFTEN: Rate = Rate::new(1_000, Duration::from_millis(100));
const BURST: u32 = 5;
const WAIT: Duration = Duration::from_secs(1);
static API: RateLimit = RateLimit::new("right::api")
    .rate(100, Duration::from_secs(1))
    .burst(10)
    .wait(Duration::from_secs(1));

#[rate_limit(
    1_000/s,
    burst = 20,
    wait = 1s,
    key = (host, port),
    keys_max = 100,
    name = "keys of rate limit"
)]
async fn all(host: &str, port: u16) -> Result<u32, Error> {
    Ok(u32::from(port) + u32::from(host.is_empty()))
}

#[rate_limit(100/h)]
#[rate_limit(90/min, wait = 1s)]
#[rate_limit(80/d)]
#[rate_limit(70/m)]
async fn units() -> Result<u32, Error> {
    Ok(1)
}

#[rate_limit(OFTEN, burst = BURST, wait = WAIT)]
async fn constants() -> Result<u32, Error> {
    Ok(2)
}

#[rate_limit(OFTEN, key = n)]
async fn constant_with_a_key(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[rate_limit(Rate::per_second(n), burst = n + 1, wait = WAIT * n)]
async fn expressions(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[rate_limit(OFTEN, burst = n, key = n, keys_max = BURST)]
async fn all_kinds(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[rate_limit(API)]
async fn shared() -> Result<u32, Error> {
    Ok(5)
}

#[rate_limit(API)]
async fn shared_again() -> Result<u32, Error> {
    Ok(6)
}

pub(super) async fn run() {
    assert_eq!(all("h", 7).await, Ok(7));
    assert_eq!((units().await, constants().await), (Ok(1), Ok(2)));
    assert_eq!(constant_with_a_key(3).await, Ok(3));
    assert_eq!((expressions(3).await, all_kinds(4).await), (Ok(3), Ok(4)));
    assert_eq!((shared().await, shared_again().await), (Ok(5), Ok(6)));
}
