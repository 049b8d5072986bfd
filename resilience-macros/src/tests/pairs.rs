//! Which layers may stand on which: every pair there is, in either order.
//!
//! Those that are legal compile and run in `tests/right/programs/pairs`.

use super::{expand, hostile::holds, tokens};

const LAYERS: [(&str, &str); 11] = [
    ("retry", "max = 2, backoff = none"),
    ("timeout", "60s"),
    ("fallback", "value = 0"),
    ("circuit", "failures = 100"),
    ("rate_limit", "1000/s"),
    ("bulkhead", "10"),
    ("hedge", "after = 1s"),
    ("cache", "60s, key = n"),
    ("idempotent", "key = n"),
    ("compensate", "undo"),
    ("saga", ""),
];

const ASYNC: &str = "async fn call(flaky: &Flaky, n: u32) -> Result<u32, Error> { body() }";
const MUTABLE: &str = "async fn call(flaky: &mut Flaky, n: u32) -> Result<u32, Error> { body() }";
const PLAIN: &str = "fn call(flaky: &Flaky, n: u32) -> Result<u32, Error> { body() }";

/// The rules that refuse a pair over the function.
fn refused(outer: (&str, &str), inner: (&str, &str), function: &str) -> Vec<&'static str> {
    let layers = [outer, inner].map(|(word, args)| (word, tokens(args)));
    let output = expand(&layers, &tokens(function));
    let text = output.to_string();
    let rules = ["R020", "R021", "R024", "R025", "R026", "R040"];
    let rules: Vec<_> = rules.into_iter().filter(|it| text.contains(it)).collect();
    assert_eq!(holds(&output, "compile_error"), !rules.is_empty(), "{text}");
    rules
}

/// How many pairs are legal over the function; of the others, what `expected` says of them.
fn legal(function: &str, expected: impl Fn(&str, &str) -> Vec<&'static str>) -> usize {
    let mut legal = 0;
    for outer in LAYERS {
        for inner in LAYERS {
            let refused = refused(outer, inner, function);
            assert_eq!(refused, expected(outer.0, inner.0), "{outer:?} {inner:?}");
            legal += usize::from(refused.is_empty());
        }
    }
    legal
}

/// The rules about the order of layers, which look at the layers alone.
fn by_order(outer: &str, inner: &str) -> Vec<&'static str> {
    match (outer, inner) {
        // Another rate limit may stand beside the first; a timeout inside another one is shorter.
        ("rate_limit", "rate_limit") => Vec::new(),
        ("timeout", "timeout") => vec!["R021"],
        _ if outer == inner => vec!["R020"],
        ("retry" | "circuit" | "hedge", "fallback") => vec!["R024"],
        ("retry" | "timeout" | "fallback" | "hedge" | "cache", "compensate") => vec!["R025"],
        _ => Vec::new(),
    }
}

#[test]
fn all_pairs_but_those_that_the_order_refuses_are_legal() {
    // 121 pairs: 10 of equals and 8 in the wrong order are refused. A shorter timeout makes one of
    // them legal, and saying which errors a fallback is for three.
    let legal = legal(ASYNC, by_order);
    assert_eq!(legal, 103);
    let shorter = refused(("timeout", "60s"), ("timeout", "50s"), ASYNC);
    assert_eq!(shorter, [""; 0]);
    for outer in ["retry", "circuit", "hedge"] {
        let outer = LAYERS.into_iter().find(|(word, _)| *word == outer).unwrap();
        let chosen = refused(outer, ("fallback", "value = 0, on = Retryable"), ASYNC);
        assert_eq!(chosen, [""; 0]);
    }
}

#[test]
fn what_else_a_function_refuses_it_refuses_in_every_pair() {
    let with = |rule, words: &'static [&str]| {
        move |outer: &str, inner: &str| {
            let mut rules = by_order(outer, inner);
            if words.contains(&outer) || words.contains(&inner) {
                rules.push(rule);
            }
            rules
        }
    };
    assert_eq!(legal(MUTABLE, with("R026", &["hedge"])), 85);
    let words = &["timeout", "hedge", "saga"];
    assert_eq!(legal(PLAIN, with("R040", words)), 52);
}
