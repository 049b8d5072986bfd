//! `hedge` as a layer.

use std::{future::poll_fn, mem, pin::pin, sync::Mutex};

use resilience_policy::{Hedge, HedgeAfter, Layer, Violation};
use tower_service::Service;

use super::{Around, Boxed, Named, PolicyLayer, checked, of_name};
use crate::{
    args::Args,
    hedge::{HedgeBudget, HedgeLayer, Hedging, Latency},
    site::Site,
};

/// The policy of [`hedge`].
#[derive(Debug, Clone, Copy)]
pub struct HedgePolicy {
    site: &'static Site,
    policy: Hedge,
    latency: Option<&'static Latency>,
    budget: Option<&'static HedgeBudget>,
}

/// Starts another attempt beside one that is slow; the first success wins: `#[hedge(…)]`.
///
/// Requests are cloned for an attempt only if another one may follow, and each further attempt waits
/// until a clone of the service is ready. `name` names it in events; layers of one name share one
/// budget and what is observed.
///
/// # Errors
///
/// A policy that breaks a rule.
///
/// ```
/// use std::time::Duration;
///
/// use resilience::{Hedge, tower::hedge};
///
/// assert!(hedge("api", Hedge::new().after(Duration::from_millis(50))).is_ok());
/// assert_eq!(hedge("api", Hedge::new().after(Duration::ZERO)).unwrap_err().rule().number(), 2);
/// ```
#[expect(
    clippy::result_large_err,
    reason = "made once, when the service is put together"
)]
pub fn hedge(name: &'static str, policy: Hedge) -> Result<PolicyLayer<HedgePolicy>, Violation> {
    static BUDGETS: Mutex<Named<HedgeBudget>> = Mutex::new(Vec::new());
    static LATENCIES: Mutex<Named<Latency>> = Mutex::new(Vec::new());
    let observes = matches!(policy.starts_after(), HedgeAfter::Percentile(_));
    let rule = Layer::Hedge {
        policy: Some(policy),
    };
    let policy = HedgePolicy {
        site: Site::named(name),
        policy,
        latency: observes.then(|| of_name(&LATENCIES, name, Latency::new)),
        budget: Some(of_name(&BUDGETS, name, HedgeBudget::of_policy)),
    };
    checked(rule, policy)
}

impl PolicyLayer<HedgePolicy> {
    /// Where further attempts are paid from; `None` for no budget.
    #[must_use]
    pub fn budget(self, budget: Option<&'static HedgeBudget>) -> Self {
        self.map(|it| HedgePolicy { budget, ..it })
    }
}

impl<S, Q> Around<S, Q> for HedgePolicy
where
    S: Service<Q> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    Q: Clone + Send + 'static,
{
    fn call(&self, mut service: S, request: Q) -> Boxed<S, Q> {
        let it = *self;
        Box::pin(async move {
            let layer = || HedgeLayer {
                site: it.site,
                policy: &it.policy,
                latency: it.latency,
                budget: it.budget,
                limit: None,
                call: None,
            };
            let failed = |outcome: &Result<_, _>| outcome.is_err().then_some(false);
            let mut hedging = pin!(Hedging::new());
            let mut args = Args::new((request,));
            loop {
                let (given,) = args.next(hedging.more(&it.policy), |(kept,)| (kept.clone(),));
                let next = service.clone();
                let attempt = attempt(
                    mem::replace(&mut service, next),
                    given,
                    !hedging.is_another(),
                );
                hedging.as_mut().start(attempt);
                if let Some(outcome) = hedging.as_mut().next(layer, failed).await {
                    return outcome;
                }
            }
        })
    }
}

/// One attempt, by a service that is ready or that becomes so.
async fn attempt<S: Service<Q>, Q>(
    mut service: S,
    request: Q,
    is_ready: bool,
) -> Result<S::Response, S::Error> {
    if !is_ready {
        poll_fn(|cx| service.poll_ready(cx)).await?;
    }
    service.call(request).await
}
