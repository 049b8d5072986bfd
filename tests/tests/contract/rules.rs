//! §3 and §8: what must compile although no test here can hold it, and what must not.

#[test]
fn what_must_compile() {
    trybuild::TestCases::new().pass("ui/contract/pass/*.rs");
}

#[test]
fn what_must_not() {
    trybuild::TestCases::new().compile_fail("ui/contract/fail/*.rs");
}
