use resilience::{compensate, retry, saga};

use crate::{Error, Flaky};

fn give_back(flaky: &Flaky, amount: u32) -> Result<(), Error> {
    flaky.undone();
    if amount > 100 {
        return Err(Error::Gone);
    }
    Ok(())
}

#[compensate(give_back(flaky, amount))]
#[retry(backoff = none)]
fn take(flaky: &Flaky, amount: u32) -> Result<u32, Error> {
    flaky.attempt().map(|()| amount)
}

#[saga]
async fn order(flaky: &Flaky) -> Result<u32, Error> {
    let first = take(flaky, 1)?;
    let second = take(flaky, 2)?;
    if first + second == 3 {
        return Err(Error::Gone);
    }
    Ok(second)
}

pub(super) async fn run() {
    let flaky = Flaky::times(1);
    assert_eq!(order(&flaky).await, Err(Error::Gone));
    assert_eq!(flaky.undos(), 2);
}
