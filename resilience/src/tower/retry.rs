//! `retry` as a layer.

use std::{future::poll_fn, sync::Mutex};

use resilience_policy::{Layer, Retry, Violation};
use tower_service::Service;

use super::{Around, Boxed, Filter, Named, PolicyLayer, Retryable, When, checked, of_name};
use crate::{
    args::Args,
    retry::{Attempts, RetryBudget, RetryLayer, judge},
    site::Site,
};

/// The policy of [`retry`].
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy<F = Retryable> {
    site: &'static Site,
    policy: Retry,
    budget: Option<&'static RetryBudget>,
    filter: F,
}

/// Calls the service again after a failure: `#[retry(…)]`.
///
/// Requests are cloned for an attempt only if another one may follow. `name` names it in events;
/// layers of one name share one retry budget.
///
/// # Errors
///
/// A policy that breaks a rule.
///
/// ```
/// use resilience::{Retry, tower::retry};
///
/// assert!(retry("api", Retry::new().max(2)).is_ok());
/// assert_eq!(retry("api", Retry::new().attempts(0)).unwrap_err().rule().number(), 1);
/// ```
#[expect(
    clippy::result_large_err,
    reason = "made once, when the service is put together"
)]
pub fn retry(name: &'static str, policy: Retry) -> Result<PolicyLayer<RetryPolicy>, Violation> {
    static BUDGETS: Mutex<Named<RetryBudget>> = Mutex::new(Vec::new());
    let policy = RetryPolicy {
        site: Site::named(name),
        policy,
        budget: Some(of_name(&BUDGETS, name, RetryBudget::new)),
        filter: Retryable,
    };
    checked(Layer::retry(policy.policy), policy)
}

impl<F> PolicyLayer<RetryPolicy<F>> {
    /// Which errors are retried, in place of those that are [`Retryable`]. The delay that an error
    /// may ask for is then not read.
    #[must_use]
    pub fn when<W>(self, when: W) -> PolicyLayer<RetryPolicy<When<W>>> {
        self.map(|it| RetryPolicy {
            site: it.site,
            policy: it.policy,
            budget: it.budget,
            filter: When(when),
        })
    }

    /// Where retries are paid from; `None` for no budget.
    #[must_use]
    pub fn budget(self, budget: Option<&'static RetryBudget>) -> Self {
        self.map(|it| RetryPolicy { budget, ..it })
    }
}

impl<S, Q, F> Around<S, Q> for RetryPolicy<F>
where
    S: Service<Q> + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    Q: Clone + Send + 'static,
    F: Filter<S::Error>,
{
    fn call(&self, mut service: S, request: Q) -> Boxed<S, Q> {
        let Self {
            site,
            policy,
            budget,
            filter,
        } = self.clone();
        Box::pin(async move {
            let mut attempts = Attempts::new();
            let mut args = Args::new((request,));
            let mut is_first = true;
            loop {
                let more = attempts.more(&policy);
                let (given,) = args.next(more, |(kept,)| (kept.clone(),));
                // It was ready for the first one.
                if !std::mem::take(&mut is_first) {
                    poll_fn(|cx| service.poll_ready(cx)).await?;
                }
                let outcome = service.call(given).await;
                let on = |error: &S::Error| filter.asked(error);
                let Some(asked) = judge(&outcome, on) else {
                    attempts.succeeded(budget);
                    return outcome;
                };
                let layer = || RetryLayer {
                    site,
                    policy: &policy,
                    budget,
                    limit: None,
                    call: None,
                };
                let Some(pause) = attempts.again(layer, asked, false) else {
                    return outcome;
                };
                drop(outcome);
                pause.await;
            }
        })
    }
}
