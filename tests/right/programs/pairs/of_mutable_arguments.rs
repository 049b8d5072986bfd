use super::{Pair, check};
use crate::{Error, Flaky};

async fn undo(_: &u32) -> Result<(), Error> {
    std::future::ready(()).await;
    Ok(())
}

macro_rules! pairs {
    ($($outer:ident: $($inner:ident)*;)*) => {
        const PAIRS: &[Pair] = &[$($({
            under! { n {
                async fn call(tried: &mut Vec<u32>, flaky: &Flaky, n: u32) -> Result<u32, Error> {
                    tokio::task::yield_now().await;
                    tried.push(n);
                    flaky.attempt()?;
                    Ok(n)
                }
            } [] $outer $inner }

            Pair {
                outer: stringify!($outer),
                inner: stringify!($inner),
                call: |flaky, n| Box::pin(async move {
                    let mut tried = Vec::new();
                    let answer = call(&mut tried, &flaky, n).await;
                    assert!(tried.iter().all(|tried| *tried == n));
                    answer
                }),
            }
        }),*),*];
    };
}

legal_with_mutable_arguments!(pairs);

pub(super) async fn run() {
    check(PAIRS, 88).await;
}
