//! Arbitrary tokens, from a seed: `SOUP=2000000 SEED=7` asks for other inputs, and more of them.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

use super::{
    expand,
    hostile::{ITEM, WORDS, holds, survives},
    tokens,
};
use crate::classify;

/// Calls `each` for as many inputs as were asked for.
fn inputs(usual: u64, mut each: impl FnMut(&mut Random)) {
    let asked = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let seed = asked("SEED").unwrap_or(0x5EED);
    println!("seed {seed}");
    let mut random = Random(seed);
    for _ in 0..asked("SOUP").unwrap_or(usual) {
        each(&mut random);
    }
}

#[test]
fn mc_01_one_attribute() {
    inputs(20_000, |random| {
        let word = random.of(WORDS);
        let args = random.stream(3, 12);
        let item = match random.below(4) {
            0 => random.stream(3, 20),
            1 => {
                let mut item = tokens("async fn call");
                item.extend(random.stream(2, 8));
                item
            }
            _ => tokens(ITEM),
        };
        survives(word, &args, &item);
    });
}

/// What one attribute says is read beside what another one says.
#[test]
fn mc_01_a_stack_of_attributes() {
    inputs(5_000, |random| {
        let layers = (0..=random.below(4)).map(|_| (random.of(WORDS), random.stream(2, 8)));
        let layers: Vec<_> = layers.collect();
        let output = expand(&layers, &tokens(ITEM));
        assert!(holds(&output, "body_of_the_item"), "{layers:?}");
        let site = holds(&output, "__RESILIENCE_SITE");
        assert_eq!(site, !holds(&output, "compile_error"), "{layers:?}");
    });
}

/// Arbitrary attributes on a type, its variants and fields; now and then no type at all.
#[test]
fn mc_01_the_derive() {
    inputs(10_000, |random| {
        let item = if random.below(8) == 0 {
            random.stream(3, 20)
        } else {
            random.item()
        };
        let output = classify::derive(item.clone());
        if holds(&item, "Subject") && syn::parse2::<syn::Item>(item.clone()).is_ok() {
            assert!(holds(&output, "Classify"), "{item}");
        } else {
            assert!(holds(&output, "compile_error"), "{item}");
        }
    });
}

/// Reproducible, and of no use elsewhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn stream(&mut self, depth: usize, longest: usize) -> TokenStream {
        (0..self.below(longest))
            .map(|_| self.token(depth))
            .collect()
    }

    /// An enum or a struct with attributes of the derive, more or less as they should be.
    fn item(&mut self) -> TokenStream {
        let on_type = self.attributes();
        if self.below(4) == 0 {
            let fields = self.fields();
            return quote!(#on_type struct Subject { #fields });
        }
        let variants = (0..self.below(4)).map(|place| {
            let (attributes, fields) = (self.attributes(), self.fields());
            let name = Ident::new(&format!("V{place}"), Span::call_site());
            quote!(#attributes #name { #fields },)
        });
        let variants: TokenStream = variants.collect();
        quote!(#on_type enum Subject { #variants })
    }

    fn fields(&mut self) -> TokenStream {
        let fields = (0..self.below(3)).map(|place| {
            let attributes = self.attributes();
            let name = Ident::new(["after", "status", "source"][place], Span::call_site());
            quote!(#attributes #name: Duration,)
        });
        fields.collect()
    }

    fn attributes(&mut self) -> TokenStream {
        const WORDS: &[&str] = &[
            "retryable",
            "throttled",
            "permanent",
            "inherit",
            "by_status",
            "classify",
            "classify",
            "from",
            "source",
        ];
        const ARGS: &[&str] = &[
            "after = after",
            "in_doubt",
            "status",
            "default = permanent",
            "with = path::to",
            "crate = a::b",
            "status, after = after",
        ];
        let attributes = (0..self.below(3)).map(|_| {
            let word = Ident::new(self.of(WORDS), Span::call_site());
            match self.below(4) {
                0 => quote!(#[#word]),
                1 => {
                    let args = self.stream(2, 6);
                    quote!(#[#word(#args)])
                }
                _ => {
                    let args = tokens(self.of(ARGS));
                    quote!(#[#word(#args)])
                }
            }
        });
        attributes.collect()
    }

    fn token(&mut self, depth: usize) -> TokenTree {
        const IDENTS: &[&str] = &[
            "max",
            "attempts",
            "on",
            "when",
            "backoff",
            "exponential",
            "none",
            "crate",
            "name",
            "Retryable",
            "Error",
            "undo",
            "output",
            "outcome",
            "a",
            "call",
            "async",
            "fn",
            "self",
            "Self",
            "POLICY",
            "value",
            "key",
            "window",
            "failures",
            "strict",
            "mut",
            "where",
            "impl",
            "_",
            "jitter",
            "Result",
            "dyn",
            "pub",
            "unsafe",
            "for",
            "budget",
            "error",
        ];
        const LITERALS: &[&str] = &[
            "3",
            "30s",
            "0",
            "1.5s",
            "250ms",
            "0x1f",
            "1e3",
            "\"text\"",
            "'c'",
            "b'c'",
            "1_000",
            "99999999999999999999",
            "2.0",
            "3u32",
            "50",
            "1.s",
            "0b1s",
            "9d",
        ];
        match self.below(if depth == 0 { 6 } else { 8 }) {
            0 | 1 => TokenTree::Ident(Ident::new(self.of(IDENTS), Span::call_site())),
            2 | 3 => match self.below(4) {
                0 => Punct::new('=', Spacing::Alone).into(),
                1 => Punct::new(',', Spacing::Alone).into(),
                _ => {
                    let all = [
                        '=', ',', ':', '|', '<', '>', '-', '&', '%', '#', '!', '.', '\'',
                    ];
                    let spacing = [Spacing::Alone, Spacing::Joint][self.below(2)];
                    Punct::new(all[self.below(all.len())], spacing).into()
                }
            },
            4 | 5 => match self.of(LITERALS).parse::<Literal>() {
                Ok(literal) => literal.into(),
                Err(_) => Ident::new_raw("type", Span::call_site()).into(),
            },
            _ => {
                let all = [
                    Delimiter::Parenthesis,
                    Delimiter::Brace,
                    Delimiter::Bracket,
                    Delimiter::None,
                ];
                let delimiter = all[self.below(4)];
                Group::new(delimiter, self.stream(depth - 1, 8)).into()
            }
        }
    }
}
