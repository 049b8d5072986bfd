//! Hedge: another attempt beside the one that is slow.
//!
//! The loop that starts attempts stands in the annotated function; see `docs/architecture.md`. The
//! first attempt lies in the future of the call, the others in boxes: most calls have none.

mod bucket;
mod budget;
mod future;
mod latency;
#[cfg(test)]
mod tests;
mod waiting;

pub use self::{budget::HedgeBudget, future::Hedging, latency::Latency};
#[cfg(feature = "testing")]
pub(crate) use self::{budget::reset_all as reset_budgets, latency::reset_all as reset_latencies};
use crate::{call::Call, site::Site, time::Limit};
use resilience_policy::Hedge;

/// A `hedge` layer with its surroundings, as the glue hands it to every decision.
#[derive(Debug, Clone, Copy)]
pub struct HedgeLayer<'a> {
    /// The annotated function.
    pub site: &'static Site,
    /// When another attempt starts, how many, how often.
    pub policy: &'a Hedge,
    /// What is observed, where the policy may ask for a percentile.
    pub latency: Option<&'static Latency>,
    /// What further attempts are paid from; `None` for `budget = none`.
    pub budget: Option<&'static HedgeBudget>,
    /// The timeouts around the layer.
    pub limit: Option<&'a Limit<'a>>,
    /// Where the layers above read what happened.
    pub call: Option<&'a Call>,
}

impl HedgeLayer<'_> {
    /// The budget that applies: the one of the site only where the policy has a share.
    fn budget(&self) -> Option<&'static HedgeBudget> {
        let has_share = self.policy.share().is_some();
        self.budget.filter(|budget| budget.is_shared() || has_share)
    }
}
