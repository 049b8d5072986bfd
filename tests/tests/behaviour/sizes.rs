//! What each layer adds to the future of the function below it. Every task that waits holds its
//! futures, so these are bytes per request.

use std::time::Duration;

use resilience::{
    Classify, Rejection, Verdict, bulkhead, circuit, fallback, hedge, rate_limit, retry, timeout,
};

#[derive(Debug)]
struct Error;

impl Classify for Error {
    fn classify(&self) -> Verdict {
        Verdict::permanent()
    }
}

impl From<Rejection> for Error {
    fn from(_: Rejection) -> Self {
        Self
    }
}

/// Bytes of the argument that every function here takes.
const ARGS: usize = size_of::<u64>();

/// The same body under every stack.
macro_rules! functions {
    ($($(#[$layer:meta])* $name:ident),*) => {$(
        $(#[$layer])*
        async fn $name(x: u64) -> Result<u64, Error> {
            tokio::time::sleep(Duration::from_millis(x)).await;
            Ok(x)
        }
    )*};
}

functions! {
    bare,
    #[retry(max = 3)]
    retried,
    #[timeout(10s)]
    limited,
    #[hedge(after = 10s)]
    hedged,
    #[circuit(failures = 5)]
    guarded,
    #[rate_limit(100/s, wait = 1s)]
    paced,
    #[bulkhead(10)]
    slotted,
    #[bulkhead(10, wait = 1s)]
    queued,
    #[fallback(bare)]
    covered,
    #[fallback(bare)]
    #[retry(max = 3)]
    #[circuit(failures = 5)]
    #[timeout(10s)]
    stacked
}

#[track_caller]
fn adds_at_most<F>(limit: usize, future: &F) {
    let added = size_of_val(future) - size_of_val(&bare(1));
    assert!(added <= limit, "{added} bytes, {limit} are allowed");
}

#[test]
fn each_layer_adds_little_to_the_future() {
    adds_at_most(ARGS + 48, &retried(1));
    adds_at_most(72, &limited(1));
    adds_at_most(ARGS + 216, &hedged(1));
    adds_at_most(56, &guarded(1));
    adds_at_most(32, &paced(1));
    adds_at_most(24, &slotted(1));
    adds_at_most(32, &queued(1));
    adds_at_most(32, &covered(1));
    adds_at_most(240, &stacked(1));
}

#[tokio::test(start_paused = true)]
async fn they_run() {
    assert!(retried(1).await.is_ok());
    assert!(limited(1).await.is_ok());
    assert!(hedged(1).await.is_ok());
    assert!(guarded(1).await.is_ok());
    assert!(paced(1).await.is_ok());
    assert!(slotted(1).await.is_ok());
    assert!(queued(1).await.is_ok());
    assert!(covered(1).await.is_ok());
    assert!(stacked(1).await.is_ok());
}
