use std::time::Duration;

use resilience::{Hedge, HedgeBudget, hedge};

use crate::Error;

const AFTER: Duration = Duration::from_millis(50);
const MORE: u32 = 2;
const SEARCH: Hedge = Hedge::new().after(AFTER).max(2).budget(5);
const LEARNED: Hedge = Hedge::new().after_percentile(99).no_budget();
static SHARED: HedgeBudget = HedgeBudget::new().share(20);

mod policies {
    use resilience::Hedge;

    pub(super) const READS: Hedge = Hedge::new();
}

macro_rules! hedged {
    ($n:ident: $($name:ident($($keys:tt)*))*) => {
        $(#[hedge($($keys)*)]
        async fn $name($n: u32) -> Result<u32, Error> {
            Ok($n)
        })*

        async fn run_all() {
            $(assert_eq!($name(1).await, Ok(1), stringify!($name));)*
        }
    };
}

hedged! {
    n:
    after_alone(after = 50ms)
    median(after = p50)
    percentile(after = p95, max = 2)
    highest(after = p99, budget = 1%)
    all(after = 1.5s, max = 3, budget = 100%)
    unlimited(after = 50ms, budget = none)
    shared(after = 50ms, budget = SHARED)
    constants(after = AFTER, max = MORE)
    expressions(after = AFTER * 2, max = n + 1)
    of_an_argument(after = Duration::from_millis(u64::from(n)))
    a_policy(SEARCH)
    a_policy_by_path(policies::READS)
    a_policy_that_learns(LEARNED, max = 2)
    a_policy_with_keys(SEARCH, after = p90, budget = none)
    named(after = 50ms, name = "keys of hedge")
}

pub(super) async fn run() {
    run_all().await;
}
