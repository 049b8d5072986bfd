//! Expansions, as text in `tests/expansion`: a change of the generated code is seen in review.
//!
//! `BLESS=1 cargo test -p resilience-macros` writes them anew.

use std::{env, fs, path::Path};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{expand, tokens};

const ITEM: &str = "async fn call(order: &Order, mut n: u32) -> Result<u32, Error> { body }";

fn matches(name: &str, attributes: &[(&str, &str)]) {
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(word, args)| (*word, tokens(args)))
        .collect();
    let mut shown = String::new();
    lines(expand(&attributes, &tokens(ITEM)), 0, &mut shown);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/expansion");
    let file = folder.join(format!("{name}.txt"));
    if env::var_os("BLESS").is_some() {
        fs::create_dir_all(folder).unwrap();
        fs::write(&file, &shown).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(shown == expected, "{name} expands to\n{shown}");
}

/// One statement a line, braces indented.
fn lines(stream: TokenStream, depth: usize, shown: &mut String) {
    let margin = "    ".repeat(depth);
    let mut line = TokenStream::new();
    let end = |line: &mut TokenStream, shown: &mut String| {
        if !line.is_empty() {
            let text = line.to_string().replace(" :: ", "::").replace(":: ", "::");
            shown.extend([margin.as_str(), text.as_str(), "\n"]);
            *line = TokenStream::new();
        }
    };
    for token in stream {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                end(&mut line, shown);
                shown.extend([margin.as_str(), "{\n"]);
                lines(group.stream(), depth + 1, shown);
                shown.extend([margin.as_str(), "}\n"]);
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                line.extend([TokenTree::from(punct)]);
                end(&mut line, shown);
            }
            other => line.extend([other]),
        }
    }
    end(&mut line, shown);
}

#[test]
fn each_layer_alone() {
    matches("retry", &[("retry", "max = 3")]);
    matches("timeout", &[("timeout", "10s")]);
    matches("fallback", &[("fallback", "other, value = n")]);
    matches("circuit", &[("circuit", "failures = 5")]);
    matches("circuit_shared", &[("circuit", "PAYMENTS")]);
    matches("circuit_keyed", &[("circuit", "failures = 5, key = n")]);
    matches("rate_limit", &[("rate_limit", "100/s, burst = 20")]);
    matches(
        "rate_limit_named",
        &[("timeout", "3s"), ("rate_limit", "API, wait = 1s")],
    );
    matches("bulkhead", &[("bulkhead", "10, wait = 100ms")]);
    matches(
        "bulkhead_keyed",
        &[("circuit", "failures = 5"), ("bulkhead", "DB, key = n")],
    );
    matches("hedge", &[("hedge", "after = 50ms")]);
    matches(
        "hedge_percentile",
        &[("hedge", "after = p95, budget = none")],
    );
    matches("cache", &[("cache", "60s, stale = 5m")]);
    matches("cache_path", &[("cache", "USERS, key = n")]);
    matches("idempotent", &[("idempotent", "key = (order.id, n)")]);
    matches(
        "idempotent_store",
        &[("idempotent", "key = n, store = STORE")],
    );
    matches("compensate", &[("compensate", "undo(n, outcome)")]);
    matches("saga", &[("saga", "strict")]);
}

#[test]
fn the_design_example() {
    let stack = [
        ("compensate", "refund"),
        ("fallback", "charge_by_invoice"),
        ("retry", "max = 3, on = Retryable"),
        ("circuit", "failures = 5, cooldown = 30s"),
        ("timeout", "10s"),
    ];
    matches("design_example", &stack);
}

#[test]
fn a_hedge_with_layers_inside() {
    let stack = [
        ("timeout", "1s"),
        ("hedge", "after = 50ms, budget = SEARCH"),
        ("retry", "max = 1"),
        ("timeout", "200ms"),
    ];
    matches("hedge_around_retry", &stack);
}

#[test]
fn constants_and_expressions() {
    matches(
        "constants",
        &[("timeout", "OUTER"), ("retry", "HTTP"), ("timeout", "1s")],
    );
    matches(
        "expressions",
        &[("timeout", "order.limit()"), ("retry", "max = n")],
    );
}

#[test]
fn mc_09_the_same_input_gives_the_same_output() {
    let once = || expand(&[("retry", tokens("max = n"))], &tokens(ITEM)).to_string();
    let first = once();
    assert!((0..1_000).all(|_| once() == first));
}
