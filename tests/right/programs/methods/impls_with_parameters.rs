use std::marker::PhantomData;

use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone)]
struct Store<'a, T, const N: usize> {
    flaky: &'a Flaky,
    items: [T; N],
    kind: PhantomData<fn() -> T>,
}

impl<'a, T, const N: usize> Store<'a, T, N>
where
    T: Clone + Send + Sync,
{
    #[fallback(Self::second)]
    #[timeout(5s)]
    #[retry]
    async fn first(&self) -> Result<T, Error> {
        self.flaky.attempt()?;
        self.items.first().cloned().ok_or(Error::Gone)
    }

    async fn second(&self) -> Result<T, Error> {
        std::future::ready(()).await;
        self.items.get(1).cloned().ok_or(Error::Gone)
    }

    #[retry]
    async fn lends<'s>(&'s self, at: usize) -> Result<(&'s T, &'a Flaky), Error> {
        self.flaky.attempt()?;
        let item = self.items.get(at).ok_or(Error::Gone)?;
        Ok((item, self.flaky))
    }
}

pub(super) async fn run() {
    let flaky = Flaky::times(9);
    let store = Store {
        flaky: &flaky,
        items: ["a", "b"],
        kind: PhantomData,
    };
    assert_eq!(store.first().await, Ok("b"));
    assert!(store.lends(0).await.is_err());
}
