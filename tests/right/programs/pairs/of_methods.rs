use super::{Pair, check};
use crate::{Error, Flaky};

async fn undo(_: &u32) -> Result<(), Error> {
    std::future::ready(()).await;
    Ok(())
}

macro_rules! pairs {
    ($($outer:ident: $($inner:ident)*;)*) => {
        const PAIRS: &[Pair] = &[$($({
            #[derive(Clone)]
            struct Shop(Flaky);

            impl Shop {
                under! { n {
                    async fn call(&self, n: u32) -> Result<u32, Error> {
                        tokio::task::yield_now().await;
                        self.0.attempt()?;
                        Ok(n)
                    }
                } [] $outer $inner }
            }

            Pair {
                outer: stringify!($outer),
                inner: stringify!($inner),
                call: |flaky, n| Box::pin(async move {
                    Shop(flaky).call(n).await
                }),
            }
        }),*),*];
    };
}

legal!(pairs);

pub(super) async fn run() {
    check(PAIRS, 107).await;
}
