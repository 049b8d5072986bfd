//! Input as half-typed code, other macros and malice hand it over: never a panic, the item is
//! always there, and what is refused says so.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::{collect, expand, tokens};

/// All attributes of the crate.
pub(super) const WORDS: &[&str] = &[
    "retry",
    "timeout",
    "fallback",
    "circuit",
    "hedge",
    "cache",
    "idempotent",
    "rate_limit",
    "bulkhead",
    "compensate",
    "saga",
];

pub(super) const ITEM: &str =
    "async fn call(a: u32, r#type: &str) -> Result<u32, Error> { body_of_the_item }";

/// Expands one attribute both ways, and looks at what comes out.
pub(super) fn survives(word: &str, args: &TokenStream, item: &TokenStream) {
    let shown = || format!("#[{word}({args})] {item}");
    let noted = collect::attribute(word, args, item.clone());
    assert!(holds(&noted, collect::MARKER), "{}", shown());
    let output = expand(&[(word, args.clone())], item);
    if holds(&output, "compile_error") {
        let unchanged: Vec<_> = output.into_iter().map(|token| token.to_string()).collect();
        let given: Vec<_> = item.clone().into_iter().map(|t| t.to_string()).collect();
        assert!(unchanged.starts_with(&given), "{}", shown());
    } else {
        assert!(holds(&output, "__RESILIENCE_SITE"), "{}", shown());
        if holds(item, "body_of_the_item") {
            assert!(holds(&output, "body_of_the_item"), "{}", shown());
        }
    }
}

pub(super) fn holds(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => holds(&group.stream(), name),
        _ => false,
    })
}

fn refused(word: &str, args: &str) -> String {
    let output = expand(&[(word, tokens(args))], &tokens(ITEM));
    assert!(holds(&output, "compile_error"), "#[{word}({args})]");
    output.to_string()
}

/// With the stack that threads get by default.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test);
    thread.unwrap().join().unwrap();
}

#[test]
fn mc_10_half_typed_arguments() {
    for word in WORDS {
        for args in [
            "",
            ",",
            ", ,",
            "max =",
            "max",
            "m",
            "max = ,",
            "max = 3,,",
            "= 3",
            "= ",
            "max == 3",
            "backoff = exponential(",
            "backoff = exponential()",
            "backoff = exponential(,)",
            "backoff = exponential(100ms, cap =)",
            "on =",
            "on = |",
            "on = Error::",
            "when = |",
            "when = |e",
            "when = |e|",
            "undo(",
            "undo()",
            "undo(,)",
            "undo(a",
            "undo(r#type)",
            "Self::",
            "::",
            "Self::undo(r#type, output)",
            "value =",
            "value = r#type",
            "3",
            "30",
            "30s",
            "30s,",
            "30s +",
            "-",
            "-3s",
            "key = a",
            "key =",
            "crate",
            "crate =",
            "crate = ,",
            "crate = ::",
            "name = ",
            "name = 3",
            "name = \"\"",
            "'a",
            "'",
            "\"",
            "#",
            "$",
            "$crate",
            "r#max = 3",
            "_ = 3",
            "_",
            "self",
            "Self",
            "super",
            "crate::A",
            "A::<B, C>",
            "a < b, c > d",
            "<A as B>::C",
            "on = _",
            "durable",
            "strict, strict",
        ] {
            // What the compiler's own lexer refuses never arrives.
            let Ok(args) = args.parse() else { continue };
            survives(word, &args, &tokens(ITEM));
        }
    }
}

#[test]
fn mc_01_items_of_every_kind() {
    for word in WORDS {
        for item in [
            "",
            ";",
            "{",
            "fn",
            "async fn",
            "async fn f",
            "async fn f()",
            "async fn f() {}",
            "async fn f() -> Result<(), ()>;",
            "async fn f() -> Result<(), ()> { #![deny(x)] }",
            "async fn f(mut self: Box<Self>, _: u8) -> Result<(), ()> {}",
            "struct A;",
            "enum A { #[x] B }",
            "impl A { fn f() {} }",
            "trait A { async fn f(); }",
            "mod a {}",
            "let x = 3;",
            "x + 1",
            "#",
            "#[",
            "#[x]",
            "#![x]",
            "#[x] #",
            "# x",
            "static A: u8 = 3;",
            "async fn f(&self, (a, b): (u8, u8), [c, ..]: [u8; 3]) -> Result<(), ()> {}",
            "async fn f(...) -> Result<(), ()> {}",
            "async fn r#type() -> Result<(), ()> {}",
            "async fn f() -> Result<(), ()> {} trailing",
            "macro_rules! a { () => {} }",
            "pub(in a::b) default async unsafe fn f<'a, T: 'a, const N: usize>(a: &'a mut T) -> io::Result<[T; N]> where T: Copy {}",
            "fn f() -> impl Future<Output = Result<impl Display, ()>> { async {} }",
            "fn f() -> Pin<Box<dyn Future<Output = Result<(), ()>>>> { async {} }",
            "fn f() -> Pin<Box<dyn Future>> { async {} }",
            "fn f() -> Pin { async {} }",
        ] {
            let Ok(item) = item.parse() else { continue };
            for args in ["", "30s", "a", "a(b)", "max = 3", "key = f", "max = , x"] {
                survives(word, &tokens(args), &item);
            }
        }
    }
}

#[test]
fn mc_03_deep_nesting_is_refused() {
    on_a_small_stack(|| {
        for delimiter in [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::None] {
            let mut deep = TokenStream::new();
            for _ in 0..10_000 {
                deep = TokenTree::from(Group::new(delimiter, deep)).into();
            }
            for word in WORDS {
                survives_silently(word, &deep, &tokens(ITEM));
                for key in ["when", "on", "value", "key", "crate", "undo"] {
                    let mut args = tokens(&format!("{key} ="));
                    args.extend(deep.clone());
                    survives_silently(word, &args, &tokens(ITEM));
                }
                for before in [
                    "async fn f() -> Result<(), ()>",
                    "async fn f",
                    "#",
                    "fn f() ->",
                    "",
                ] {
                    let mut item = tokens(before);
                    item.extend(deep.clone());
                    survives_silently(word, &tokens("3s"), &item);
                }
            }
            // Dropping and printing it are the business of who made it.
            std::mem::forget(deep);
        }
    });
}

/// As [`survives`], for input that nobody can print.
fn survives_silently(word: &str, args: &TokenStream, item: &TokenStream) {
    std::mem::forget(collect::attribute(word, args, item.clone()));
    let output = expand(&[(word, args.clone())], item);
    let first = item.clone().into_iter().next();
    assert!(first.is_none() || output.clone().into_iter().next().is_some());
    std::mem::forget(output);
}

#[test]
fn mc_03_long_runs_are_refused_or_read() {
    on_a_small_stack(|| {
        for piece in [
            "&",
            "!",
            "-",
            "*",
            "<",
            ">",
            "|",
            "||",
            "a = ",
            "a::",
            "::",
            "a,",
            "a = 3,",
            "max = 3,",
            "..",
            "a..",
            "return ",
            "async move ",
            "if ",
            "match ",
            "a => ",
            "fn() -> ",
            "'a: ",
            "b\"x\" ",
            "3s,",
            "#",
            "&&",
            "&mut ",
            "dyn ",
            "|a| ",
            "unsafe ",
            "a as ",
            "a.b ",
            "a?",
            "break ",
            "box ",
            "const ",
            "let ",
            "a + ",
            "loop ",
            "x @ ",
            "ref ",
            "!a + ",
            "yield ",
        ] {
            for count in [3, 40, 100, 4_000] {
                let Ok(long) = piece.repeat(count).parse::<TokenStream>() else {
                    continue;
                };
                for word in WORDS {
                    survives(word, &long, &tokens(ITEM));
                    for key in ["when =", "on =", "value =", "key =", "max =", "after ="] {
                        let mut args = tokens(key);
                        args.extend(long.clone());
                        survives(word, &args, &tokens(ITEM));
                    }
                }
                for before in ["", "async fn f", "async fn f(a:", "fn f() ->", "#[a]"] {
                    let Ok(mut item) = before.parse::<TokenStream>() else {
                        continue;
                    };
                    item.extend(long.clone());
                    survives("retry", &tokens("max = 3"), &item);
                }
            }
        }
        let keys: TokenStream = "max = 3,".repeat(100_000).parse().unwrap();
        survives("retry", &keys, &tokens(ITEM));
        let literal = format!("name = \"{}\"", "x".repeat(1 << 20));
        survives("retry", &tokens(&literal), &tokens(ITEM));
    });
}

/// What an editor shows for a token is what the compiler made of it: of the copies, one must not
/// be shown in another light. So there are none.
#[test]
fn what_the_user_wrote_stands_once() {
    // The documentation names some of it in text.
    fn code(tokens: TokenStream) -> TokenStream {
        let mut kept: Vec<TokenTree> = Vec::new();
        for token in tokens {
            let is_doc = |group: &Group| group.stream().to_string().starts_with("doc");
            match token {
                TokenTree::Group(group) if is_doc(&group) => drop(kept.pop()),
                other => kept.push(other),
            }
        }
        kept.into_iter().collect()
    }
    let stacks: &[&[(&str, &str)]] = &[
        &[(
            "retry",
            "max = only_a, when = only_b, on_ok = only_c, on = Only_D, after = only_e, \
             backoff = exponential(only_f, factor = only_g, cap = only_h), after_max = only_i",
        )],
        &[(
            "retry",
            "ONLY_A, budget = ONLY_B, backoff = only_c, on = _, when = only_d",
        )],
        &[("timeout", "only_a"), ("timeout", "ONLY_B, fits")],
        &[
            ("timeout", "ONLY_A"),
            ("retry", "attempts = ONLY_B, on = Only_C"),
        ],
        &[
            (
                "circuit",
                "key = only_a, window = only_b, rate = only_c, cooldown = only_d, on = Only_E",
            ),
            ("circuit", "ONLY_F"),
            (
                "circuit",
                "failures = ONLY_G, key = only_h, keys_max = ONLY_I",
            ),
        ],
        &[
            ("compensate", "only_e(a, outcome)"),
            (
                "fallback",
                "only_a, only_b(a, error), value = only_c, on = Only_D",
            ),
            ("retry", "max = only_f"),
        ],
        &[("saga", "strict"), ("compensate", "only_a")],
    ];
    for stack in stacks {
        let layers = stack.iter().map(|(word, args)| (*word, tokens(args)));
        let output = code(expand(&layers.collect::<Vec<_>>(), &tokens(ITEM))).to_string();
        assert!(!output.contains("compile_error"), "{output}");
        let output: Vec<_> = output.split('"').step_by(2).collect();
        let output = output.join(" ");
        let words = |text| str::split(text, |c: char| !c.is_alphanumeric() && c != '_');
        let named = |word: &&str| word.to_lowercase().starts_with("only_");
        let mut found: Vec<_> = words(&output).filter(named).collect();
        let written = stack.iter().flat_map(|(_, args)| words(args));
        let mut written: Vec<_> = written.filter(named).collect();
        found.sort_unstable();
        written.sort_unstable();
        assert_eq!(found, written, "{output}");
        let bodies = words(&output).filter(|word| *word == "body_of_the_item");
        assert_eq!(bodies.count(), 1, "{output}");
    }
}

#[test]
fn mc_04_all_mistakes_are_reported_together() {
    let text = refused(
        "retry",
        "tries = 1, delay = 2s, jitter = ful, max = \"3\", attempts = 0",
    );
    assert_eq!(text.matches("compile_error").count(), 5, "{text}");
    assert!(
        text.contains("R001"),
        "what can be read is looked at: {text}"
    );
}
