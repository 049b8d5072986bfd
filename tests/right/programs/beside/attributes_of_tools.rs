use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[rustfmt::skip]
#[retry(max   =   2)]
#[clippy::cognitive_complexity = "50"]
#[timeout(1s)]
#[doc(alias("skip", "keep"))]
#[allow(clippy::all, unknown_lints, reason = "{odd = [tokens, 1.5e3]; `|`}")]
#[expect(clippy::allow_attributes, reason = "the line above")]
async fn odd(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

pub(super) async fn run() {
    assert_eq!(odd(&Flaky::times(1)).await, Ok(1));
}
