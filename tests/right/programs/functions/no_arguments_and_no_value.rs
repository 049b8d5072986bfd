use resilience::{circuit, retry, timeout};

use crate::Error;

#[retry]
#[circuit]
#[timeout(1s)]
async fn ping() -> Result<(), Error> {
    Ok(())
}

pub(super) async fn run() {
    assert_eq!(ping().await, Ok(()));
}
