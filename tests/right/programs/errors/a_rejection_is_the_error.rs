use resilience::{Rejection, circuit, retry, timeout};

#[timeout(60s)]
#[retry(on = _)]
#[circuit(on = _)]
#[timeout(1s)]
async fn ping(n: u32) -> Result<u32, Rejection> {
    Ok(n)
}

pub(super) async fn run() {
    assert_eq!(ping(1).await, Ok(1));
}
