use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(5s)]
async fn depth(flaky: &Flaky, left: u32) -> Result<u32, Error> {
    flaky.attempt()?;
    if left == 0 {
        return Ok(0);
    }
    let below = Box::pin(depth(flaky, left - 1)).await?;
    Ok(below + 1)
}

pub(super) async fn run() {
    assert_eq!(depth(&Flaky::times(3), 4).await, Ok(4));
}
