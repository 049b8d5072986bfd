//! Every mistake has one message, on the user's own token.
//!
//! The texts are pinned to one compiler: on another one these cases are not run. After a change,
//! `TRYBUILD=overwrite cargo test -p tests --test ui` writes them anew; read the difference.

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "arguments",
        "duplicates",
        "unknown",
        "order",
        "conflicts",
        "targets",
        "types",
        "renamed",
        "half_typed",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}
