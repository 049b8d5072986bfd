//! Tokens as a person would write them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// What a token follows.
#[derive(Clone, Copy, PartialEq)]
enum After {
    /// Nothing, or an operator: what comes next is an operand.
    Operator,
    /// A prefix, a path separator, a dot: what comes next stands right behind it.
    Glue,
    /// The first half of an operator.
    Half,
    /// A word, which may be called.
    Word,
    /// Another operand.
    Operand,
}

pub(super) fn tidy(tokens: &TokenStream) -> String {
    let mut text = String::new();
    let (mut after, mut in_closure, mut generics) = (After::Operator, false, 0);
    for token in tokens.clone() {
        let operand = matches!(after, After::Word | After::Operand);
        let (piece, glued, next) = match &token {
            TokenTree::Group(group) => {
                let inside = tidy(&group.stream());
                match group.delimiter() {
                    Delimiter::Parenthesis => (format!("({inside})"), operand, After::Operand),
                    Delimiter::Bracket => (format!("[{inside}]"), operand, After::Operand),
                    Delimiter::Brace if inside.is_empty() => {
                        ("{}".to_owned(), false, After::Operand)
                    }
                    Delimiter::Brace => (format!("{{ {inside} }}"), false, After::Operand),
                    Delimiter::None => (inside, false, After::Operand),
                }
            }
            TokenTree::Punct(punct) => {
                let half = punct.spacing() == Spacing::Joint;
                let begins = after != After::Half;
                let (glued, next) = match punct.as_char() {
                    ':' if half => (operand, After::Half),
                    ',' | ';' | ':' if begins => (true, After::Operator),
                    '.' | '?' => (operand || !begins, After::Glue),
                    // Percentages and rates, not arithmetic; and the end of a `::`.
                    '%' | '/' | ':' => (true, After::Glue),
                    '\'' => (false, After::Glue),
                    // The bars of a closure.
                    '|' if in_closure => {
                        in_closure = false;
                        (true, After::Operator)
                    }
                    '|' if !operand && begins => {
                        in_closure = true;
                        (false, After::Glue)
                    }
                    '<' if text.ends_with("::") => {
                        generics += 1;
                        (true, After::Glue)
                    }
                    '>' if generics > 0 && begins => {
                        generics -= 1;
                        (true, After::Word)
                    }
                    // Of a macro.
                    '!' if after == After::Word && !half => (true, After::Word),
                    '&' | '*' | '-' | '!' if !operand && begins => (false, After::Glue),
                    _ if half => (false, After::Half),
                    _ => (false, After::Operator),
                };
                (punct.to_string(), glued || !begins, next)
            }
            TokenTree::Ident(ident) => (ident.to_string(), false, After::Word),
            TokenTree::Literal(literal) => (literal.to_string(), false, After::Operand),
        };
        let first = text.is_empty() || after == After::Glue;
        if !first && !glued {
            text.push(' ');
        }
        text += &piece;
        after = next;
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
            "100/s",
            "on = Error::Busy { .. }",
            "on = Error::Busy { .. } | Error::Gateway(_)",
            "on = _",
            "charge_by_invoice",
            "undo(key, outcome)",
            "self.limit",
            "self.limit() * 2",
            "Self::LIMIT",
            "on = ::shop::Error::Busy",
            "when = |error: &Error| is::<Error>(error)",
            "key = (tenant, path.len())",
            "key = &self.names[0]",
            "window = 30s",
            "when = |error| *error == Error::Busy",
            "when = |_| true",
            "when = |error: &Error| !error.is_final()",
            "when = |error| matches!(error, Error::Busy) && retries > 0",
            "value = vec![-1, n - 1]",
            "value = || None",
            "name = \"a | b\"",
            "limits(a, b)?.max",
        ] {
            assert_eq!(tidy(&text.parse().unwrap()), text);
        }
    }
}
