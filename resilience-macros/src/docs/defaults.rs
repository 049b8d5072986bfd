//! The defaults of a layer that apply, given what is written.

use resilience_policy::{Circuit, Layer as Rule};

use crate::layer::{Layer, LayerKind, retry::Retry};

/// In the order of the keys' tables.
pub(super) fn defaults(layer: &Layer, written: &[String]) -> Vec<String> {
    let all = match &layer.kind {
        LayerKind::Retry(it) => of_retry(it, written),
        // What a shared circuit says, its own definition shows.
        LayerKind::Circuit(it) if it.is_shared() => vec!["on = Retryable".to_owned()],
        LayerKind::Circuit(_) => of_circuit(layer, written),
        LayerKind::RateLimit(it) => of_rate_limit(it.is_named(), layer, written),
        LayerKind::Bulkhead(_) => of_keys(written),
        // What a named policy says, its own definition shows.
        LayerKind::Hedge(it) if it.is_named() => Vec::new(),
        LayerKind::Hedge(_) => vec!["max = 1".to_owned(), "budget = 10%".to_owned()],
        LayerKind::Cache(it) if it.is_path() => vec!["key = all arguments".to_owned()],
        LayerKind::Cache(_) => owned(&["key = all arguments", "max = 10000"]),
        LayerKind::Idempotent(_) if value(written, "store").is_some() => owned(&["ttl = 7d"]),
        LayerKind::Idempotent(_) => owned(&["ttl = 7d", "store = memory", "max = 1000000"]),
        LayerKind::Fallback(_) => vec!["on = _".to_owned()],
        LayerKind::Timeout(_) | LayerKind::Compensate(_) | LayerKind::Saga(_) => Vec::new(),
    };
    let unsaid = |default: &String| {
        let key = default.split(" =").next().unwrap_or_default();
        value(written, key).is_none()
    };
    all.into_iter().filter(unsaid).collect()
}

fn owned(all: &[&str]) -> Vec<String> {
    all.iter().map(|&one| one.to_owned()).collect()
}

/// What is written for a key.
fn value<'w>(written: &'w [String], key: &str) -> Option<&'w str> {
    written
        .iter()
        .find_map(|argument| argument.strip_prefix(key)?.strip_prefix(" = "))
}

fn of_rate_limit(is_named: bool, layer: &Layer, written: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    match layer.rule() {
        Rule::RateLimit {
            policy: Some(policy),
        } => all.push(format!("burst = {}", policy.effective_burst())),
        // What a path names, its own definition shows.
        _ if is_named => {}
        _ => all.push("burst = 1 period's worth".to_owned()),
    }
    all.extend(of_keys(written));
    all
}

fn of_keys(written: &[String]) -> Vec<String> {
    let keyed = value(written, "key").is_some();
    keyed
        .then(|| "keys_max = 10000".to_owned())
        .into_iter()
        .collect()
}

fn of_retry(it: &Retry, written: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |default: &str| all.push(default.to_owned());
    // What a named policy says, its own definition shows.
    let named = it.is_named();
    if !named && value(written, "attempts").is_none() {
        add("max = 3");
    }
    if value(written, "when").is_none() {
        add("on = Retryable");
    }
    let backoff = value(written, "backoff");
    match backoff {
        None if !named => add("backoff = exponential(100ms, factor = 2, cap = 10s)"),
        Some(written) => {
            if written.starts_with("exponential(") && !written.contains("factor =") {
                add("factor = 2");
            }
            let grows = ["exponential(", "linear(", "fibonacci("];
            if grows.iter().any(|word| written.starts_with(word)) && !written.contains("cap =") {
                add("cap = 10s");
            }
        }
        None => {}
    }
    // A backoff of the user's own is slept as it is.
    if it.is_custom() {
        add("jitter = none");
    } else if !named && backoff != Some("none") {
        add("jitter = full");
    }
    add("budget = on");
    if !named && it.asks() {
        add("after_max = 2m");
    }
    all
}

fn of_circuit(layer: &Layer, written: &[String]) -> Vec<String> {
    let has = |key| value(written, key).is_some();
    let mut all = Vec::new();
    let mut add = |default: &str| all.push(default.to_owned());
    if !has("failures") {
        add("rate = 50%");
        add("window = 100");
        // It follows the window, which may not be known yet.
        match layer.rule() {
            Rule::Circuit {
                policy: Some(policy),
                ..
            } if !layer.unknown().contains(&"window") => {
                add(&format!("min_calls = {}", policy.effective_min_calls()));
            }
            _ => add(&format!("min_calls = {}", Circuit::MIN_CALLS)),
        }
        if has("slow") {
            add("slow_rate = 80%");
        }
    }
    add("cooldown = 30s");
    add("cooldown_factor = 1");
    add("probes = 3");
    add("on = Retryable");
    if has("key") {
        add("keys_max = 10000");
    }
    all
}
