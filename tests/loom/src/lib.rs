//! Every interleaving of the parts that take no lock, and of the guards that can be dropped.
//!
//! ```text
//! cargo test --release -p loom-models
//! ```
//!
//! The files are those of the runtime; only the atomics and locks they take from `crate::sync` are
//! loom's in here, and the clock stands still until a model moves it.
#![cfg(test)]
#![expect(unreachable_pub, reason = "the runtime exports what it has")]

mod around;
mod sync;

use around::{outcome, rejection, site};

#[path = "../../../resilience/src/hedge/bucket.rs"]
mod bucket;
#[path = "../../../resilience/src/rate_limit/gcra.rs"]
#[expect(dead_code, reason = "what operators read is not modelled")]
mod gcra;
#[path = "../../../resilience/src/bulkhead/slots.rs"]
#[expect(dead_code, reason = "what operators read is not modelled")]
mod slots;

#[path = "../../../resilience/src/call.rs"]
#[expect(dead_code, reason = "what circuits do not ask is not modelled")]
mod call;

#[path = "../../../resilience/src/time"]
#[expect(dead_code, reason = "what circuits do not ask is not modelled")]
mod time {
    mod limit;
    mod units;

    #[path = "../../../tests/loom/src/clock.rs"]
    mod clock;

    pub(crate) use clock::{Instant, now, set, stamp};
    pub(crate) use limit::Limit;
    pub(crate) use units::nanos;
}

#[path = "../../../resilience/src/retry"]
#[expect(dead_code, reason = "prices are not modelled")]
mod retry {
    mod budget;

    #[path = "../../../tests/loom/src/retries.rs"]
    mod models;

    pub(crate) struct Asked {
        pub(crate) again: bool,
    }
}

#[path = "../../../resilience/src/circuit"]
#[expect(dead_code, reason = "what operators read is not modelled")]
mod circuit {
    mod future;
    mod machine;
    mod probes;
    mod shared;
    mod state;
    mod stripes;
    mod threshold;
    mod window;

    use state::{Counters, State};

    #[path = "../../../tests/loom/src/circuits"]
    mod models {
        mod calls;
        mod outcomes;
        mod probes;
        mod setup;
    }
    #[path = "../../../tests/loom/src/circuits/number.rs"]
    mod number;
    #[path = "../../../tests/loom/src/circuits/report.rs"]
    mod report;
}

#[path = "../../../resilience/src/keyed"]
#[expect(dead_code, reason = "what operators read is not modelled")]
mod keyed {
    mod store;

    #[path = "../../../tests/loom/src/keys.rs"]
    mod models;

    use models::Key;
}

mod hedges;
mod limiter;
mod queue;

/// Looks at every interleaving with at most three preemptions.
fn model(run: impl Fn() + Send + Sync + 'static) {
    let mut models = loom::model::Builder::new();
    models.preemption_bound = Some(3);
    models.check(run);
}
