use std::fmt::Display;

use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(1s)]
async fn shown(flaky: &Flaky) -> Result<impl Display + use<>, Error> {
    flaky.attempt()?;
    Ok(42)
}

#[timeout(1s)]
#[retry]
async fn called(flaky: &Flaky, n: u32) -> Result<impl Fn(u32) -> u32 + use<>, Error> {
    flaky.attempt()?;
    Ok(move |more| n + more)
}

#[retry]
async fn coerced(flaky: &Flaky) -> Result<Box<dyn Display + Send>, Error> {
    flaky.attempt()?;
    Ok(Box::new("text"))
}

pub(super) async fn run() {
    let flaky = Flaky::times(1);
    assert_eq!(
        shown(&flaky).await.map(|it| it.to_string()),
        Ok("42".to_owned())
    );
    assert_eq!(called(&flaky, 1).await.map(|add| add(2)), Ok(3));
    assert_eq!(
        coerced(&flaky).await.map(|it| it.to_string()),
        Ok("text".to_owned())
    );
}
