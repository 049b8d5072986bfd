use std::fmt::{Debug, Display};

use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

#[fallback(value = (one, String::new()))]
#[timeout(5s)]
#[retry]
async fn show<T, U>(flaky: &Flaky, one: T, two: &U) -> Result<(T, String), Error>
where
    T: Clone + Debug + Send,
    U: Display + ?Sized + Sync,
    for<'a> &'a U: Send,
{
    flaky.attempt()?;
    Ok((one, two.to_string()))
}

pub(super) async fn run() {
    assert_eq!(
        show(&Flaky::times(1), 1, "b").await,
        Ok((1, "b".to_owned()))
    );
}
