use std::borrow::Cow;

use resilience::{circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

#[fallback(value = one)]
#[retry]
#[timeout(2s)]
async fn longer<'a, 'b: 'a>(
    flaky: &Flaky,
    one: &'a str,
    (two, _): (&'b str, &'b str),
) -> Result<&'a str, Error> {
    flaky.attempt()?;
    Ok(if one.len() > two.len() { one } else { two })
}

#[timeout(1s)]
#[retry]
async fn cleaned<'a>(flaky: &Flaky, text: &'a str) -> Result<Cow<'a, str>, Error> {
    flaky.attempt()?;
    Ok(Cow::Borrowed(text))
}

#[circuit]
#[timeout(1s)]
async fn grown(list: &mut Vec<u32>) -> Result<&mut u32, Error> {
    list.push(1);
    list.last_mut().ok_or(Error::Gone)
}

pub(super) async fn run() {
    assert_eq!(longer(&Flaky::times(1), "a", ("bc", "")).await, Ok("bc"));
    assert_eq!(cleaned(&Flaky::times(1), "a").await, Ok(Cow::Borrowed("a")));
    assert_eq!(grown(&mut Vec::new()).await, Ok(&mut 1));
}
