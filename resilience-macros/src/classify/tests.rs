//! The derive as a function from text to text: what it writes, and that no text makes it panic.

use proc_macro2::TokenStream;
use quote::quote;

use super::derive;

fn expanded(text: &str) -> String {
    derive(text.parse().unwrap()).to_string()
}

/// The messages in the output, in order.
fn messages(text: &str) -> Vec<String> {
    fn collect(tokens: TokenStream, found: &mut Vec<String>) {
        for tree in tokens {
            match tree {
                proc_macro2::TokenTree::Group(group) => collect(group.stream(), found),
                proc_macro2::TokenTree::Literal(literal) => {
                    found.extend(
                        syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|l| l.value()),
                    );
                }
                _ => {}
            }
        }
    }
    let output = derive(text.parse().unwrap());
    let mut found = Vec::new();
    if output.to_string().contains("compile_error") {
        collect(output, &mut found);
    }
    found
}

#[test]
fn the_expansion_is_one_match_without_wildcard() {
    let output = derive(quote! {
        enum Error {
            #[permanent] A(u8),
            #[throttled(after = wait, in_doubt)] B { wait: Duration },
            #[inherit] C(io::Error),
        }
    });
    let expected = quote! {
        #[automatically_derived]
        impl ::resilience::Classify for Error {
            fn classify(&self) -> ::resilience::Verdict {
                match self {
                    Self::A { .. } => ::resilience::Verdict::permanent(),
                    Self::B { wait: __after, .. } => ::resilience::Verdict::throttled()
                        .after_opt(<Duration as ::resilience::__private::Delay>::delay(__after))
                        .in_doubt(),
                    Self::C { 0: __subject, .. } =>
                        <io::Error as ::resilience::Classify>::classify(__subject),
                }
            }
        }
    };
    assert_eq!(output.to_string(), expected.to_string());
}

#[test]
fn an_empty_enum_matches_nothing() {
    assert!(expanded("enum Never {}").contains("match * self { }"));
}

#[test]
fn a_default_stays_exhaustive() {
    let output = expanded("#[classify(default = retryable)] enum E { A, #[permanent] B }");
    assert!(output.contains("Self :: A { .. } => :: resilience :: Verdict :: retryable ()"));
    assert!(!output.contains("_ =>"), "{output}");
}

#[test]
fn a_renamed_crate_is_named_everywhere() {
    let text = "#[classify(crate = a::b)] enum E { #[by_status(0)] A(u16), #[retryable] B }";
    let output = expanded(text);
    assert!(output.contains("a :: b :: Classify for E"), "{output}");
    assert!(!output.contains("resilience"), "{output}");
}

#[test]
fn bounds_are_asked_only_of_parameters() {
    let generic = expanded("enum E<T> { #[inherit] A(Box<T>), #[inherit] B(io::Error) }");
    assert!(
        generic.contains("where Box < T > : :: resilience :: Classify {"),
        "{generic}"
    );
    let recursive = expanded("enum E<T> { #[inherit] A(Box<E<T>>), #[retryable] B(T) }");
    assert!(!recursive.contains("where"), "{recursive}");
}

#[test]
fn errors_come_all_at_once_and_with_a_fallback() {
    let text = "enum E { A, #[retryable] #[permanent] B, #[throttled(after = x)] C }";
    assert_eq!(messages(text).len(), 3, "{:#?}", messages(text));
    assert!(expanded(text).contains("impl :: resilience :: Classify for E"));
}

#[test]
fn one_mistake_gives_one_message() {
    for text in [
        "enum E { A }",
        "#[retryable] enum E { A, B }",
        "#[classify] enum E { A, B }",
        "#[classify()] enum E { A, B }",
        "#[classify = \"x\"] enum E { A, B }",
        "#[classify(default)] enum E { A, B }",
        "#[classify(default = )] enum E { A, B }",
        "#[classify(default = 5)] enum E { A, B }",
        "#[classify(default = soon)] enum E { A, B }",
        "#[classify(with)] enum E { A, B }",
        "#[classify(with = 5)] enum E { A, B }",
        "#[classify(defualt = permanent)] enum E { A, B }",
        "#[classify(crate)] enum E { #[retryable] A }",
        "#[classify(crate = 5)] enum E { #[retryable] A }",
        "#[classify(crate = a, crate = b)] enum E { #[retryable] A }",
        "#[classify(with = f)] enum E { #[retryable] A, B }",
        "#[classify(with = f, default = permanent)] enum E { A }",
        "enum E { #[classify(default = permanent)] A }",
        "enum E { #[classify(with = f, with = g)] A }",
        "enum E { #[retryable = 5] A }",
        "enum E { #[retryable(after x)] A }",
        "enum E { #[retryable(5)] A }",
        "enum E { #[retryable(,)] A }",
        "enum E { #[retryable(in_doubt in_doubt)] A }",
        "enum E { #[inherit] A }",
        "enum E { #[inherit] A(u8, u8) }",
        "enum E { #[inherit] A(#[from] u8, #[source] u8) }",
        "enum E { #[inherit = 5] A(u8) }",
        "enum E { #[by_status] A(u16) }",
        "enum E { #[by_status()] A(u16) }",
        "enum E { #[by_status(after = 0)] A(u16) }",
        "enum E { #[by_status(1)] A(u16) }",
        "enum E { #[by_status(-1)] A(u16) }",
        "enum E { #[by_status(99999999999999999999)] A(u16) }",
        "enum E { #[permanent] A(#[retryable] u8) }",
        "#[classify(default = permanent)] struct S;",
        "struct S;",
        "union U { a: u8 }",
        "fn f() {}",
        "enum E {",
        "enum",
        "",
    ] {
        if text.parse::<TokenStream>().is_err() {
            continue;
        }
        assert_eq!(messages(text).len(), 1, "{text}: {:#?}", messages(text));
    }
}

#[test]
fn messages_say_what_to_write() {
    for (text, part) in [
        (
            "enum E { #[retriable] A }",
            "did you mean `#[retryable]` instead of `#[retriable]`?",
        ),
        (
            "enum E { A(#[from] X) }",
            "`#[inherit]` asks the error it wraps",
        ),
        ("enum E { #[classify(wiht = f)] A }", "did you mean `with`?"),
        (
            "enum E { #[retryable] #[permanent] A }",
            "contradicts `#[retryable]`",
        ),
        (
            "#[permanent] enum E { A }",
            "`#[classify(default = permanent)]`",
        ),
        (
            "enum E { #[inherit] A(u8, u8) }",
            "mark the error with `#[source]`",
        ),
        ("union U { a: u8 }", "use an enum"),
        ("trait T {}", "enums and structs"),
    ] {
        let messages = messages(text);
        assert!(
            messages.iter().any(|message| message.contains(part)),
            "{text}: {messages:#?}"
        );
    }
}
