//! Every pair of layers that is legal, in every legal order, on functions of every kind.
//!
//! The front-end's own tests refuse the others: legal and refused are all pairs there are.

use std::{collections::BTreeSet, future::Future, pin::Pin};

use crate::{Error, Flaky};

/// The pairs that are legal, by the outer one. `chosen` is a fallback that says which errors it is
/// for, `shorter` a timeout inside another one.
macro_rules! legal {
    ($make:ident) => {
        $make! {
            retry: timeout chosen circuit rate_limit bulkhead hedge cache idempotent saga;
            timeout: retry shorter fallback circuit rate_limit bulkhead hedge cache idempotent saga;
            fallback: retry timeout circuit rate_limit bulkhead hedge cache idempotent saga;
            circuit: retry timeout chosen rate_limit bulkhead hedge cache idempotent compensate saga;
            rate_limit: retry timeout fallback circuit rate_limit bulkhead hedge cache idempotent compensate saga;
            bulkhead: retry timeout fallback circuit rate_limit hedge cache idempotent compensate saga;
            hedge: retry timeout chosen circuit rate_limit bulkhead cache idempotent saga;
            cache: retry timeout fallback circuit rate_limit bulkhead hedge idempotent saga;
            idempotent: retry timeout fallback circuit rate_limit bulkhead hedge cache compensate saga;
            compensate: retry timeout fallback circuit rate_limit bulkhead hedge cache idempotent saga;
            saga: retry timeout fallback circuit rate_limit bulkhead hedge cache idempotent compensate;
        }
    };
}

/// Those of functions that take `&mut`: no hedge.
macro_rules! legal_with_mutable_arguments {
    ($make:ident) => {
        $make! {
            retry: timeout chosen circuit rate_limit bulkhead cache idempotent saga;
            timeout: retry shorter fallback circuit rate_limit bulkhead cache idempotent saga;
            fallback: retry timeout circuit rate_limit bulkhead cache idempotent saga;
            circuit: retry timeout chosen rate_limit bulkhead cache idempotent compensate saga;
            rate_limit: retry timeout fallback circuit rate_limit bulkhead cache idempotent compensate saga;
            bulkhead: retry timeout fallback circuit rate_limit cache idempotent compensate saga;
            cache: retry timeout fallback circuit rate_limit bulkhead idempotent saga;
            idempotent: retry timeout fallback circuit rate_limit bulkhead cache compensate saga;
            compensate: retry timeout fallback circuit rate_limit bulkhead cache idempotent saga;
            saga: retry timeout fallback circuit rate_limit bulkhead cache idempotent compensate;
        }
    };
}

/// Those of plain functions: no hedge, no timeout, no saga.
macro_rules! legal_without_async {
    ($make:ident) => {
        $make! {
            retry: chosen circuit rate_limit bulkhead cache idempotent;
            fallback: retry circuit rate_limit bulkhead cache idempotent;
            circuit: retry chosen rate_limit bulkhead cache idempotent compensate;
            rate_limit: retry fallback circuit rate_limit bulkhead cache idempotent compensate;
            bulkhead: retry fallback circuit rate_limit cache idempotent compensate;
            cache: retry fallback circuit rate_limit bulkhead idempotent;
            idempotent: retry fallback circuit rate_limit bulkhead cache compensate;
            compensate: retry fallback circuit rate_limit bulkhead cache idempotent;
        }
    };
}

/// A function under the layers, the outermost first; `key` tells its calls apart.
macro_rules! under {
    ($key:ident $item:tt [$($done:tt)*] retry $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::retry(max = 2, backoff = none)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] timeout $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::timeout(60s)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] shorter $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::timeout(50s)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] fallback $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::fallback(value = 0)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] chosen $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::fallback(value = 0, on = Retryable)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] circuit $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::circuit(failures = 100)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] rate_limit $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::rate_limit(1000/s)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] bulkhead $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::bulkhead(10)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] hedge $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::hedge(after = 1s)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] cache $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::cache(60s, key = $key)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] idempotent $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::idempotent(key = $key)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] compensate $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::compensate(undo)]] $($rest)* }
    };
    ($key:ident $item:tt [$($done:tt)*] saga $($rest:ident)*) => {
        under! { $key $item [$($done)* #[resilience::saga]] $($rest)* }
    };
    ($key:ident {$($item:tt)*} [$($done:tt)*]) => { $($done)* $($item)* };
}

mod of_free_functions;
mod of_methods;
mod of_methods_that_change;
mod of_mutable_arguments;
mod of_owned_arguments;
mod of_plain_functions;

programs! {
    of_free_functions
    of_methods
    of_methods_that_change
    of_mutable_arguments
    of_owned_arguments
    of_plain_functions
}

type Call = Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>>;

/// A function under two layers.
struct Pair {
    outer: &'static str,
    inner: &'static str,
    /// Calls it. The result is its second argument.
    call: fn(Flaky, u32) -> Call,
}

impl Pair {
    fn has(&self, word: &str) -> bool {
        self.outer == word || self.inner == word
    }

    /// What a call comes to whose body always fails, and how often the body runs.
    fn failure(&self) -> (Result<u32, Error>, u32) {
        let answer = if self.has("fallback") || self.has("chosen") {
            Ok(0)
        } else {
            Err(Error::Busy)
        };
        // What a fallback answers is no failure to a retry above it.
        let is_retried = self.has("retry") && self.inner != "chosen";
        (answer, if is_retried { 3 } else { 1 })
    }

    /// One call of which the first attempts fail: what it comes to, and how many of them ran.
    async fn fails(&self, times: u32, n: u32) -> (Result<u32, Error>, u32) {
        let flaky = Flaky::times(times);
        let answer = (self.call)(flaky.clone(), n).await;
        (answer, times - flaky.left())
    }

    async fn check(&self) {
        let Self { outer, inner, .. } = self;
        assert_eq!(self.fails(9, 1).await, self.failure(), "{outer}, {inner}");
        assert_eq!(self.fails(0, 2).await, (Ok(2), 0), "{outer}, {inner}");
        // A success of the same key is kept.
        let kept = if self.has("cache") || self.has("idempotent") {
            (Ok(2), 0)
        } else {
            self.failure()
        };
        assert_eq!(self.fails(9, 2).await, kept, "{outer}, {inner}");
    }
}

/// Each of so many pairs succeeds and fails as it should.
async fn check(pairs: &[Pair], number: usize) {
    for pair in pairs {
        pair.check().await;
    }
    let names = pairs.iter().map(|pair| (pair.outer, pair.inner));
    assert_eq!(names.collect::<BTreeSet<_>>().len(), number);
}
