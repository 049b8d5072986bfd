use std::time::Duration;

use resilience::{Bulkhead, bulkhead};

use crate::Error;

const SLOTS: u32 = 5;
const WAIT: Duration = Duration::from_secs(1);
static DB: Bulkhead = Bulkhead::new("right::db")
    .max(10)
    .wait(Duration::from_secs(1));

#[bulkhead(
    10,
    wait = 100ms,
    key = (host, port),
    keys_max = 100,
    name = "keys of bulkhead"
)]
async fn all(host: &str, port: u16) -> Result<u32, Error> {
    Ok(u32::from(port) + u32::from(host.is_empty()))
}

#[bulkhead(1)]
async fn alone() -> Result<u32, Error> {
    Ok(1)
}

#[bulkhead(SLOTS, wait = WAIT)]
async fn constants() -> Result<u32, Error> {
    Ok(2)
}

#[bulkhead(SLOTS, key = n)]
async fn constant_with_a_key(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[bulkhead(n, wait = WAIT * n)]
async fn expressions(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[bulkhead(SLOTS, wait = WAIT * n, key = n, keys_max = SLOTS)]
async fn all_kinds(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[bulkhead(DB)]
async fn shared() -> Result<u32, Error> {
    Ok(5)
}

#[bulkhead(DB)]
#[bulkhead(3)]
async fn shared_again() -> Result<u32, Error> {
    Ok(6)
}

pub(super) async fn run() {
    assert_eq!(all("h", 7).await, Ok(7));
    assert_eq!((alone().await, constants().await), (Ok(1), Ok(2)));
    assert_eq!(constant_with_a_key(3).await, Ok(3));
    assert_eq!((expressions(3).await, all_kinds(4).await), (Ok(3), Ok(4)));
    assert_eq!((shared().await, shared_again().await), (Ok(5), Ok(6)));
}
