//! How much input the parsers behind this can take.
//!
//! They recurse, and a compiler has no more stack than its threads were given: what nests too
//! deeply must be refused before anything parses it.

use proc_macro2::{Ident, Punct, Spacing, TokenStream, TokenTree};

/// No policy and no signature needs as many tokens.
const LONGEST: usize = 4096;
/// Groups inside groups.
const DEEPEST: usize = 64;
/// Operators and keywords that each stand inside the one before, as in `&&&&a`: an unoptimised
/// parser needs some 20 KiB of stack for each.
const STEEPEST: usize = 48;

/// Whether these tokens are too many or nested too deeply.
pub(crate) fn are_exceeded(tokens: &TokenStream) -> bool {
    let mut seen = 0;
    exceeds(tokens.clone(), 0, 0, &mut seen)
}

fn exceeds(tokens: TokenStream, depth: usize, outside: usize, seen: &mut usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let mut open = outside;
    let mut after_operand = false;
    for token in tokens {
        *seen += 1;
        match &token {
            TokenTree::Punct(punct) if ",;".contains(punct.as_char()) => open = outside,
            TokenTree::Punct(punct) if opens(punct, after_operand) => open += 1,
            TokenTree::Ident(word) if is_opener(word) => open += 1,
            _ => {}
        }
        if *seen > LONGEST || open > STEEPEST {
            return true;
        }
        after_operand = match &token {
            TokenTree::Punct(_) => false,
            TokenTree::Ident(word) => !is_opener(word),
            TokenTree::Literal(_) | TokenTree::Group(_) => true,
        };
        if let TokenTree::Group(group) = token
            && exceeds(group.stream(), depth + 1, open + 1, seen)
        {
            return true;
        }
    }
    false
}

/// Whether what follows lies inside: behind an operand most operators only continue.
fn opens(punct: &Punct, after_operand: bool) -> bool {
    match punct.as_char() {
        '<' | '=' | '@' | '\'' | '#' => true,
        // `->`
        '-' if punct.spacing() == Spacing::Joint => true,
        '&' | '!' | '-' | '*' | '|' | '.' | '?' => !after_operand,
        _ => false,
    }
}

/// Whether an expression, a type or a pattern begins behind this word.
fn is_opener(word: &Ident) -> bool {
    const WORDS: &[&str] = &[
        "as", "async", "await", "box", "break", "const", "dyn", "else", "fn", "for", "if", "impl",
        "in", "let", "loop", "match", "move", "mut", "ref", "return", "static", "unsafe", "while",
        "yield",
    ];
    WORDS.iter().any(|opener| word == opener)
}
