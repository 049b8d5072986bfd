//! What the compiler says about a wrong `#[derive(Classify)]`.

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("ui/derive/*.rs");
}
