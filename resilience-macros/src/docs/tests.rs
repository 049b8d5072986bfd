use quote::quote;

use crate::tests::{expand, tokens};

/// The lines of the section over a function under these attributes.
fn section(attributes: &[(&str, &str)], documented: bool) -> String {
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(word, args)| (*word, tokens(args)))
        .collect();
    let docs = documented.then(|| quote!(#[doc = " Loads."]));
    let item = quote!(#docs async fn load(n: u32) -> Result<u32, Error> { Ok(n) });
    expand(&attributes, &item)
        .to_string()
        .replace("\\u{a0}", " ")
        .replace('\u{a0}', " ")
}

#[test]
fn defaults_are_those_that_apply() {
    for (word, args, defaults) in [
        (
            "retry",
            "",
            "`max = 3` · `on = Retryable` · `backoff = exponential(100ms, factor = 2, cap = 10s)` · `jitter = full` · `budget = on` · `after_max = 2m` |",
        ),
        (
            "retry",
            "attempts = 2, backoff = exponential(1s), on = _",
            "| `factor = 2` · `cap = 10s` · `jitter = full` · `budget = on` |",
        ),
        (
            "retry",
            "backoff = none",
            "| `max = 3` · `on = Retryable` · `budget = on` · `after_max = 2m` |",
        ),
        ("retry", "HTTP", "| `on = Retryable` · `budget = on` |"),
        (
            "circuit",
            "window = 10",
            "| `rate = 50%` · `min_calls = 10` · `cooldown = 30s` · `cooldown_factor = 1` · `probes = 3` · `on = Retryable` |",
        ),
        (
            "circuit",
            "failures = 5, key = n",
            "| `cooldown = 30s` · `cooldown_factor = 1` · `probes = 3` · `on = Retryable` · `keys_max = 10000` |",
        ),
        ("fallback", "value = n", "| `on = _` |"),
    ] {
        let section = section(&[(word, args)], true);
        assert!(section.contains(defaults), "{word}({args}): {section}");
    }
}

#[test]
fn the_worst_case_is_said_where_it_is_known() {
    let stack = [("timeout", "30s"), ("retry", "max = 2"), ("timeout", "5s")];
    let known = section(&stack, true);
    assert!(
        known.contains("The body runs at most 3 times; a call takes at most 30s."),
        "{known}"
    );
    assert!(!section(&[("retry", "max = n")], true).contains("The body runs"));
}

#[test]
fn only_rustdoc_sees_the_section_of_an_undocumented_function() {
    let stack = [("timeout", "30s")];
    assert!(section(&stack, false).contains("# [cfg_attr (doc , doc ="));
    assert!(!section(&stack, true).contains("cfg_attr"));
}

#[test]
fn the_section_stands_behind_what_is_said_inside() {
    let item = quote!(
        async fn load() -> Result<u32, Error> {
            #![doc = " Loads."]
            Ok(1)
        }
    );
    let expanded = expand(&[("timeout", tokens("30s"))], &item).to_string();
    let at = |text| expanded.find(text).unwrap();
    assert!(at("async fn") < at("Loads.") && at("Loads.") < at("# ! [doc = \"\\n # Resilience"));
}
