use resilience::{circuit, compensate, fallback, retry, saga, timeout};

type Done<T> = ::core::result::Result<T, crate::Error>;

mod here {
    #![expect(dead_code, reason = "only their names matter")]

    pub(super) struct Result;
    pub(super) struct Option;
    pub(super) struct String;
    pub(super) struct Box;
    pub(super) struct Vec;
    pub(super) enum Ordering {}
    pub(super) enum Duration {}
    pub(super) trait Future {}
    pub(super) trait Clone {}
    pub(super) trait From {}
    pub(super) trait Into {}
    pub(super) trait IntoFuture {}
    pub(super) trait Iterator {}
    pub(super) trait Drop {}
    pub(super) trait Default {}
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod alloc {}
    pub(super) mod tokio {}
    pub(super) mod tracing {}
}
#[expect(unused_imports, reason = "only their names matter")]
use here::*;

#[macro_use]
#[expect(unused_macros, reason = "only their names matter")]
mod macros {
    macro_rules! panic {
        () => {};
    }
    macro_rules! matches {
        () => {};
    }
    macro_rules! concat {
        () => {};
    }
    macro_rules! module_path {
        () => {};
    }
}

async fn undo(n: &u32) -> Done<()> {
    ::std::future::ready(n).await;
    Ok(())
}

async fn other(n: u32, list: &[u32]) -> Done<u32> {
    ::std::future::ready(list).await;
    Ok(n)
}

#[saga]
#[compensate(undo)]
#[fallback(other, value = 3)]
#[timeout(60s)]
#[retry(max = n, when = |_| true)]
#[circuit(failures = 3, key = n)]
#[timeout(1s)]
async fn call(n: u32, list: &[u32]) -> Done<u32> {
    if list.is_empty() {
        return Err(crate::Error::Busy);
    }
    Ok(n)
}

pub(super) async fn run() {
    assert_eq!(call(2, &[1]).await, Ok(2));
    assert_eq!(call(1, &[]).await, Ok(1));
}
