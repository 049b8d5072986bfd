use resilience::{fallback, retry};

use crate::Flaky;

#[retry(on = _, max = 2)]
async fn text(flaky: &Flaky) -> Result<u32, String> {
    flaky.attempt().map_err(|error| error.to_string())?;
    Ok(1)
}

#[retry(when = |text: &&str| text.len() > 1)]
async fn word(flaky: &Flaky) -> Result<u32, &'static str> {
    flaky.attempt().map_err(|_| "busy")?;
    Ok(2)
}

#[fallback(value = 3)]
async fn unit() -> Result<u32, ()> {
    Err(())
}

pub(super) async fn run() {
    assert_eq!(text(&Flaky::times(1)).await, Ok(1));
    assert_eq!(word(&Flaky::times(1)).await, Ok(2));
    assert_eq!(unit().await, Ok(3));
}
