#![expect(clippy::allow_attributes, reason = "the subject")]

use resilience::{circuit, retry, timeout};

use crate::{Error, Flaky};

#[allow(clippy::too_many_arguments, reason = "the subject")]
#[retry]
#[timeout(1s)]
#[expect(clippy::many_single_char_names, reason = "the subject, below ours")]
async fn many(
    f: &Flaky,
    a: u32,
    b: u32,
    c: u32,
    d: u32,
    e: u32,
    g: u32,
    h: u32,
) -> Result<u32, Error> {
    f.attempt()?;
    Ok(a + b + c + d + e + g + h)
}

#[expect(unused_variables, reason = "above ours")]
#[retry]
async fn above(unused: u32) -> Result<u32, Error> {
    Ok(1)
}

#[circuit]
#[timeout(1s)]
#[expect(unused_variables, unused_mut, reason = "below ours")]
async fn below(mut unused: u32) -> Result<u32, Error> {
    let mut also = 1;
    Ok(2)
}

#[expect(dead_code, reason = "nobody calls it")]
#[retry]
#[timeout(1s)]
async fn nobody() -> Result<u32, Error> {
    Ok(3)
}

#[retry]
#[warn(clippy::expect_used)]
#[expect(clippy::unwrap_used, reason = "in the body")]
async fn body(n: Option<u32>) -> Result<u32, Error> {
    Ok(n.unwrap())
}

pub(super) async fn run() {
    let many = many(&Flaky::times(1), 1, 2, 3, 4, 5, 6, 7).await;
    assert_eq!(many, Ok(28));
    assert_eq!((above(1).await, below(1).await), (Ok(1), Ok(2)));
    assert_eq!(body(Some(4)).await, Ok(4));
}
