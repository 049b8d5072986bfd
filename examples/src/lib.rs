//! Runnable integrations: each folder beside this one is an example.

#[cfg(test)]
mod tests {
    /// The code of the README stands in an example that is compiled and run.
    #[test]
    fn the_code_of_the_readme_is_the_code_of_the_example() {
        let (readme, example) = (
            include_str!("../../README.md"),
            include_str!("../readme.rs"),
        );
        let code = readme
            .split("```rust\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        let code = code.unwrap();
        assert!(code.len() > 500 && example.contains(code), "edit both");
    }
}
