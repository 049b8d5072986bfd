use std::{borrow::Cow, sync::LazyLock};

use resilience::{circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone, Copy)]
struct View<'a> {
    text: &'a str,
}

#[retry]
#[timeout(1s)]
async fn elided(flaky: &Flaky, view: View<'_>, cow: Cow<'_, str>) -> Result<usize, Error> {
    flaky.attempt()?;
    Ok(view.text.len() + cow.len())
}

#[fallback(value = two)]
#[circuit]
#[retry]
async fn named<'a>(flaky: &Flaky, one: View<'a>, two: View<'a>) -> Result<View<'a>, Error> {
    flaky.attempt()?;
    Ok(if one.text.is_empty() { two } else { one })
}

#[retry]
async fn for_ever(flaky: &'static Flaky, name: &'static str) -> Result<&'static str, Error> {
    flaky.attempt()?;
    Ok(name)
}

pub(super) async fn run() {
    static FLAKY: LazyLock<Flaky> = LazyLock::new(|| Flaky::times(1));
    let (one, two) = (View { text: "" }, View { text: "b" });
    assert_eq!(
        elided(&Flaky::times(1), one, Cow::Borrowed("c")).await,
        Ok(1)
    );
    assert_eq!(
        named(&Flaky::times(1), one, two).await.map(|it| it.text),
        Ok("b")
    );
    assert_eq!(for_ever(&FLAKY, "n").await, Ok("n"));
}
