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

/// One error for each mistake. The rest of the list is what the compiler adds, and may only get
/// shorter.
#[test]
fn one_error_for_each_mistake() {
    const MORE: &[(&str, usize)] = &[
        ("arguments/circuit_shared_probes_zero", 2), // two functions
        ("conflicts/many_mistakes_at_once", 5),      // five mistakes
        ("conflicts/mistakes_in_arguments_and_function", 2), // two
        ("conflicts/rules_of_several_layers", 3),    // three
        ("duplicates/key_three_times", 2),           // two
        ("unknown/several_keys", 3),                 // three
    ];
    let topics = std::fs::read_dir("ui").unwrap();
    let topics = topics.map(|topic| topic.unwrap().path());
    let mut cases = 0;
    for topic in topics.filter(|topic| topic.is_dir() && !topic.ends_with("derive")) {
        for file in std::fs::read_dir(&topic).unwrap() {
            let file = file.unwrap().path();
            if file
                .extension()
                .is_none_or(|extension| extension != "stderr")
            {
                continue;
            }
            cases += 1;
            let name = file.with_extension("");
            let name = name
                .strip_prefix("ui")
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&file).unwrap();
            let errors = text
                .lines()
                .filter(|line| line.starts_with("error"))
                .count();
            let known = MORE.iter().find(|(more, _)| *more == name);
            assert_eq!(errors, known.map_or(1, |(_, errors)| *errors), "{name}");
        }
    }
    assert!(cases > 250, "{cases} cases");
}
