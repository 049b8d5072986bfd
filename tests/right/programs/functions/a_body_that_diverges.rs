use resilience::{retry, timeout};

use crate::Error;

#[timeout(5s)]
#[retry(max = 2)]
async fn watches(ends: &mut u32) -> Result<u32, Error> {
    loop {
        tokio::task::yield_now().await;
        *ends += 1;
        if *ends > 3 {
            return Ok(*ends);
        }
    }
}

#[timeout(10ms)]
async fn forever() -> Result<u32, Error> {
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

pub(super) async fn run() {
    assert_eq!(watches(&mut 0).await, Ok(4));
    assert!(matches!(forever().await, Err(Error::Rejected(_))));
}
