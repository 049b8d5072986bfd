//! The rules about values, where the values are known only when the call is made: the same rule
//! refuses them, with the same text, before the body runs.

use std::{hint::black_box, time::Duration};

use resilience::{Rejection, circuit, hedge, policy::Rule, retry, timeout};

use crate::dependency::Error;

const SECOND: Duration = Duration::from_secs(1);

/// What nobody knows before the call.
fn of<T>(value: T) -> T {
    black_box(value)
}

/// One function for each line, and a list of what they answer.
macro_rules! computed {
    ($($rule:ident $name:ident: $(#[$layer:meta])+;)+) => {
        $($(#[$layer])+
        async fn $name() -> Result<(), Error> {
            panic!("the body ran")
        })+

        async fn refusals() -> Vec<(Rule, Result<(), Error>)> {
            vec![$((Rule::$rule, $name().await),)+]
        }
    };
}

computed! {
    NoAttempts no_attempts: #[retry(attempts = of(0))];
    ZeroDuration no_time: #[timeout(of(Duration::ZERO))];
    ZeroDuration no_backoff: #[retry(backoff = constant(of(Duration::ZERO)))];
    ZeroDuration no_after: #[retry(after_max = of(Duration::ZERO))];
    ZeroDuration no_cooldown: #[circuit(cooldown = of(Duration::ZERO))];
    ZeroDuration no_window: #[circuit(window = of(Duration::ZERO))];
    ZeroDuration no_slow: #[circuit(slow = of(Duration::ZERO))];
    ZeroCount no_failures: #[circuit(failures = of(0))];
    ZeroCount no_calls: #[circuit(window = of(0))];
    ZeroCount no_min_calls: #[circuit(min_calls = of(0))];
    ZeroCount no_probes: #[circuit(probes = of(0))];
    ZeroCount no_factor: #[circuit(cooldown_factor = of(0))];
    ZeroCount no_keys: #[circuit(key = 1_u8, keys_max = of(0))];
    Percentage rate: #[circuit(rate = of(101))];
    Percentage slow_rate: #[circuit(slow = 1s, slow_rate = of(0))];
    BaseAboveCap base: #[retry(backoff = exponential(of(SECOND * 30)))];
    BaseAboveCap cap: #[retry(backoff = linear(1s, cap = of(SECOND / 2)))];
    ShrinkingFactor factor: #[retry(backoff = exponential(1s, factor = of(0.9)))];
    ShrinkingFactor no_number: #[retry(backoff = exponential(1s, factor = of(f64::NAN)))];
    MinCallsAboveWindow min_calls: #[circuit(window = 10, min_calls = of(11))];
    TimeoutNotShorter inner: #[timeout(2s)] #[timeout(of(SECOND * 2))];
    TimeoutNotShorter outer: #[timeout(of(SECOND))] #[timeout(2s)];
    DelaysDoNotFit delays: #[timeout(5s)] #[retry(backoff = exponential(of(SECOND)), jitter = none)];
    SlowNeverSeen slow: #[circuit(slow = 2s)] #[timeout(of(SECOND * 2))];
    ZeroDuration hedge_at_once: #[hedge(after = of(Duration::ZERO))];
    ZeroCount no_hedge: #[hedge(after = 1s, max = of(0))];
    HedgeNeverStarts hedge_above: #[timeout(of(SECOND))] #[hedge(after = 1s)];
    HedgeNeverStarts hedge_inside: #[hedge(after = of(SECOND))] #[timeout(1s)];
    DoesNotFit fits: #[timeout(of(SECOND * 30), fits)] #[retry(max = 3, on = _)] #[timeout(10s)];
}

#[tokio::test(start_paused = true)]
async fn a_rule_reads_the_same_when_the_call_is_made() {
    let refusals = refusals().await;
    for (rule, outcome) in &refusals {
        let Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) = outcome else {
            panic!("{rule}: {outcome:?}")
        };
        assert!(reason.starts_with(&format!("{rule}: ")), "{rule}: {reason}");
    }
    // These are about words and places: there is nothing to compute.
    let never = [
        Rule::MixedModes,
        Rule::SlowRateWithoutSlow,
        Rule::Twice,
        Rule::FallbackBelow,
        Rule::CompensateBelow,
        Rule::HedgeMutable,
    ];
    for rule in Rule::ALL {
        let about_values = rule.number() < 10 || (20..40).contains(&rule.number());
        let computed = refusals.iter().any(|(computed, _)| computed == rule);
        assert_eq!(computed, about_values && !never.contains(rule), "{rule}");
    }
}
