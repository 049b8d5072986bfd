use resilience::{Classify, Rejection, fallback, retry, timeout};

use crate::Flaky;

#[derive(Debug, PartialEq, thiserror::Error, Classify)]
enum ParseError<'a> {
    #[error("not a number: {0}")]
    #[permanent]
    Text(&'a str),
    #[error("not yet")]
    #[retryable]
    Busy,
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

#[fallback(value = 7, on = ParseError::Text("seven"))]
#[timeout(60s)]
#[retry]
async fn parse<'a>(flaky: &Flaky, text: &'a str) -> Result<u32, ParseError<'a>> {
    flaky.attempt().map_err(|_| ParseError::Busy)?;
    text.parse().map_err(|_| ParseError::Text(text))
}

pub(super) async fn run() {
    assert_eq!(parse(&Flaky::times(1), "3").await, Ok(3));
    assert_eq!(parse(&Flaky::times(1), "seven").await, Ok(7));
    assert_eq!(
        parse(&Flaky::times(0), "x").await,
        Err(ParseError::Text("x"))
    );
}
