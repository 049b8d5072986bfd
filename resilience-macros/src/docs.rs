//! The `# Resilience` section of a function's documentation: its stack, defaults included, and
//! the worst case.

mod defaults;
mod tidy;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use resilience_policy::Text;

use self::{defaults::defaults, tidy::tidy};
use crate::{args::list_of, layer::Layer, rules::written};

/// The section, as an attribute of the function and one of its body:
///
/// ```text
/// | layer | written | by default |
/// |---|---|---|
/// | `retry` | `max = 2` | `on = Retryable` · … |
///
/// The body runs at most 3 times.
/// ```
///
/// It stands above the function or, where the user documents it from inside, behind that. Where the
/// user has written nothing about the function, only `rustdoc` sees it: the lint that looks for
/// missing documentation still misses the user's.
pub(crate) fn section(
    layers: &[Layer],
    above: &TokenStream,
    inside: &TokenStream,
) -> [TokenStream; 2] {
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
    lines.extend(
        worst_case(layers)
            .into_iter()
            .flat_map(|line| [String::new(), line]),
    );
    // A doc comment has a blank before its text; so have these, to stand in one paragraph with it.
    let lines = lines.iter().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let nothing = TokenStream::new();
    if are_in(inside) {
        [nothing, quote!(#![doc = #text])]
    } else if are_in(above) {
        [quote!(#[doc = #text]), nothing]
    } else {
        [quote!(#[cfg_attr(doc, doc = #text)]), nothing]
    }
}

/// Whether documentation is among these attributes.
fn are_in(attributes: &TokenStream) -> bool {
    attributes.clone().into_iter().any(|token| {
        let TokenTree::Group(attribute) = token else {
            return false;
        };
        let mut inside = attribute.stream().into_iter();
        matches!((inside.next(), inside.next()), (Some(TokenTree::Ident(word)), Some(TokenTree::Punct(is)))
            if word == "doc" && is.as_char() == '=')
    })
}

fn row(layer: &Layer) -> String {
    // What is no list was refused before this.
    let arguments = list_of(layer.tokens.clone()).unwrap_or_default();
    let written: Vec<String> = arguments.iter().map(tidy).collect();
    let word = layer.rule().word();
    let defaults = defaults(layer, &written);
    format!("| `{word}` | {} | {} |", cell(&written), cell(&defaults))
}

fn cell(arguments: &[String]) -> String {
    let shown = arguments.iter().filter(|one| !one.starts_with("crate ="));
    shown.map(|one| code(one)).collect::<Vec<_>>().join(" · ")
}

/// In a table, a bar ends the cell and a line the row. A key stays with its value, and what is short
/// is not broken over two lines at all, unless a bar lets a browser do so.
fn code(argument: &str) -> String {
    let text = argument.replace('\n', " ");
    let text = if text.len() <= 40 && !text.contains('|') {
        text.replace(' ', "\u{a0}")
    } else {
        text.replace(" = ", "\u{a0}=\u{a0}").replace('|', "\\|")
    };
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn worst_case(layers: &[Layer]) -> Option<String> {
    let worst = written(layers, |rules| rules.worst_case());
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

#[cfg(test)]
mod tests;
