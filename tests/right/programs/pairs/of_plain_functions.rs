use super::{Pair, check};
use crate::{Error, Flaky};

fn undo<T: Default + PartialEq>(output: &T) -> Result<(), Error> {
    if *output == T::default() {
        return Err(Error::Gone);
    }
    Ok(())
}

macro_rules! pairs {
    ($($outer:ident: $($inner:ident)*;)*) => {
        const PAIRS: &[Pair] = &[$($({
            under! { n {
                fn call(flaky: &Flaky, n: u32) -> Result<u32, Error> {
                    flaky.attempt()?;
                    Ok(n)
                }
            } [] $outer $inner }

            Pair {
                outer: stringify!($outer),
                inner: stringify!($inner),
                call: |flaky, n| Box::pin(async move {
                    call(&flaky, n)
                }),
            }
        }),*),*];
    };
}

legal_without_async!(pairs);

pub(super) async fn run() {
    check(PAIRS, 54).await;
}
