//! The `# Resilience` section of a function's documentation: its stack, defaults included, and
//! the worst case.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use resilience_policy::{Stack as Rules, Text};

use crate::{
    args::list_of,
    layer::{Layer, LayerKind},
};

/// The section, as attributes of the function:
///
/// ```text
/// | layer | written | by default |
/// |---|---|---|
/// | `retry` | `max = 2` | `on = Retryable`, … |
///
/// The body runs at most 3 times.
/// ```
pub(crate) fn section(layers: &[Layer]) -> TokenStream {
    let mut lines = vec![
        String::new(),
        "# Resilience".to_owned(),
        String::new(),
        "Outermost first:".to_owned(),
        String::new(),
        "| layer | written | by default |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    lines.extend(layers.iter().map(row));
    lines.extend(worst_case(layers).map(|line| format!("\n{line}")));
    let lines = lines.iter().flat_map(|line| line.split('\n'));
    // A doc comment has a blank before its text; so have these, to stand in one paragraph with it.
    let lines = lines.map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote!(#(#[doc = #lines])*)
}

fn row(layer: &Layer) -> String {
    // What is no list was refused before this.
    let arguments = list_of(layer.tokens.clone()).unwrap_or_default();
    let written: Vec<String> = arguments.iter().map(tidy).collect();
    let has = |key: &str| {
        written.iter().any(|argument| {
            argument == key
                || argument
                    .strip_prefix(key)
                    .is_some_and(|rest| rest.starts_with(" ="))
        })
    };
    let defaults = defaults(layer, &has);
    let defaults = defaults.into_iter().filter(|default| {
        let key = default.split(" =").next().unwrap_or_default();
        !has(key)
    });
    let shown = |all: Vec<String>| {
        let all = all.into_iter().filter(|one| !one.starts_with("crate ="));
        all.map(|one| format!("`{}`", one.replace('|', "\\|")))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let defaults = shown(defaults.map(str::to_owned).collect());
    format!(
        "| `{}` | {} | {defaults} |",
        layer.rule().word(),
        shown(written)
    )
}

/// The defaults that apply, given what is written.
fn defaults(layer: &Layer, has: &dyn Fn(&str) -> bool) -> Vec<&'static str> {
    match &layer.kind {
        // What a named policy says, its own definition shows.
        LayerKind::Retry(it) if it.is_named() && has("when") => vec!["budget = on"],
        LayerKind::Retry(it) if it.is_named() => vec!["budget = on", "on = Retryable"],
        LayerKind::Retry(it) => {
            let mut all = vec![
                "backoff = exponential(100ms)",
                // A backoff of the user's own is slept as it is.
                if it.is_custom() {
                    "jitter = none"
                } else {
                    "jitter = full"
                },
                "budget = on",
            ];
            if !has("attempts") {
                all.insert(0, "max = 3");
            }
            if !has("when") {
                all.push("on = Retryable");
            }
            all.push("after_max = 2m");
            all
        }
        LayerKind::Circuit(it) if it.is_shared() => vec!["on = Retryable"],
        LayerKind::Circuit(_) => {
            let mut all = if has("failures") {
                Vec::new()
            } else {
                vec!["rate = 50%", "window = 100", "min_calls = 20"]
            };
            if has("slow") && !has("failures") {
                all.push("slow_rate = 80%");
            }
            all.extend([
                "cooldown = 30s",
                "cooldown_factor = 1",
                "probes = 3",
                "on = Retryable",
            ]);
            if has("key") {
                all.push("keys_max = 10000");
            }
            all
        }
        LayerKind::RateLimit(it) => {
            let mut all = Vec::new();
            // What a path names, its own definition shows.
            if !it.is_named() {
                all.push("burst = 1 period's worth");
            }
            if has("key") {
                all.push("keys_max = 10000");
            }
            all
        }
        LayerKind::Bulkhead(_) if has("key") => vec!["keys_max = 10000"],
        LayerKind::Fallback(_) => vec!["on = _"],
        LayerKind::Timeout(_)
        | LayerKind::Bulkhead(_)
        | LayerKind::Compensate(_)
        | LayerKind::Saga(_) => Vec::new(),
    }
}

fn worst_case(layers: &[Layer]) -> Option<String> {
    let rules: Vec<_> = layers.iter().map(Layer::rule).collect();
    let worst = Rules::new(&rules).worst_case();
    let runs = match worst.runs? {
        1 => "The body runs once".to_owned(),
        runs => format!("The body runs at most {runs} times"),
    };
    Some(match worst.longest {
        Some(longest) => {
            format!(
                "{runs}; a call takes at most {}.",
                Text::new("").duration(longest)
            )
        }
        None => format!("{runs}."),
    })
}

/// The tokens as a person would write them.
fn tidy(tokens: &TokenStream) -> String {
    let mut text = String::new();
    let (mut glue, mut called) = (true, false);
    for token in tokens.clone() {
        let (piece, before, after) = match &token {
            TokenTree::Group(group) => {
                let inside = tidy(&group.stream());
                let piece = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => format!("({inside})"),
                    proc_macro2::Delimiter::Bracket => format!("[{inside}]"),
                    proc_macro2::Delimiter::Brace => format!(" {{ {inside} }}"),
                    proc_macro2::Delimiter::None => inside,
                };
                let braced = group.delimiter() == proc_macro2::Delimiter::Brace;
                (piece, glue || called || braced, false)
            }
            TokenTree::Punct(punct) => {
                let joint = punct.spacing() == proc_macro2::Spacing::Joint;
                match punct.as_char() {
                    ',' => (",".to_owned(), true, false),
                    ':' | '.' | '%' | '/' | '?' => (punct.to_string(), true, true),
                    '&' | '!' | '\'' | '-' => (punct.to_string(), glue, true),
                    other => (other.to_string(), glue, joint),
                }
            }
            other => (other.to_string(), glue, false),
        };
        if !before && !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
        text += &piece;
        glue = after;
        called = matches!(token, TokenTree::Ident(_));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn arguments_read_as_they_were_written() {
        for text in [
            "max = 3",
            "backoff = exponential(100ms, factor = 2, cap = 10s)",
            "rate = 50%",
            "on = Error::Busy { .. }",
            "charge_by_invoice",
            "undo(key, outcome)",
            "self.limit",
            "Self::LIMIT",
            "key = (tenant, path.len())",
            "window = 30s",
        ] {
            assert_eq!(tidy(&text.parse().unwrap()), text);
        }
    }
}
