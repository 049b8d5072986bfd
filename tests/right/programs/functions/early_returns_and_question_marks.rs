use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[timeout(5s)]
#[retry]
async fn parse(flaky: &Flaky, text: &str) -> Result<u32, Error> {
    if text.is_empty() {
        return Ok(0);
    }
    flaky.attempt()?;
    let Some(first) = text.split(',').next() else {
        return Err(Error::Gone);
    };
    let number: u32 = first.parse().map_err(|_| Error::Gone)?;
    let found: Option<u32> = async { Some(number.checked_add(1)? * 2) }.await;
    found.ok_or(Error::Gone)
}

pub(super) async fn run() {
    assert_eq!(parse(&Flaky::times(1), "20,7").await, Ok(42));
    assert_eq!(parse(&Flaky::times(1), "x").await, Err(Error::Gone));
    assert_eq!(parse(&Flaky::times(1), "").await, Ok(0));
}
