//! Every mistake has one message, on the user's own token.
//!
//! The texts are pinned to one compiler: on another one these cases are not run. After a change,
//! `TRYBUILD=overwrite cargo test -p tests --test ui` writes them anew; read the difference.

use resilience::policy::Rule;

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "arguments",
        "duplicates",
        "unknown",
        "order",
        "conflicts",
        "constants",
        "targets",
        "types",
        "renamed",
        "half_typed",
        "hedge",
        "kept",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}

/// Every rule has a case where its values are literals, every rule about values also one where they
/// are constants; `behaviour/computed.rs` has those that are known only to the call.
#[test]
fn every_rule_has_its_cases() {
    // Words and places are never constants.
    let never = [
        Rule::MixedModes,
        Rule::SlowRateWithoutSlow,
        Rule::Twice,
        Rule::FallbackBelow,
        Rule::CompensateBelow,
        Rule::HedgeMutable,
        Rule::Unkeyed,
    ];
    let messages: Vec<_> = cases().into_iter().map(|(_, text)| text).collect();
    let seen = |message: &str| messages.iter().any(|text| text.contains(message));
    for rule in Rule::ALL {
        // Only its type tells whether a path is that of a shared limit.
        let by_type = *rule == Rule::SharedState;
        let about_values = rule.number() < 10 || (20..40).contains(&rule.number()) || by_type;
        let constant = seen(&format!("evaluation panicked: {rule}: "));
        assert_eq!(constant, about_values && !never.contains(rule), "{rule}");
        let literal = seen(&format!("error: {rule}: ")) || seen(&format!("]: {rule}: "));
        assert!(literal, "{rule} has no case");
    }
}

/// One error for each mistake. The rest of the list is what the compiler adds, and may only get
/// shorter.
#[test]
fn one_error_for_each_mistake() {
    const MORE: &[(&str, usize)] = &[
        ("arguments/circuit_shared_probes_zero", 2), // two functions
        ("conflicts/literals_beside_an_expression", 3), // three mistakes
        ("conflicts/literals_beside_constants", 3),  // three
        ("conflicts/many_mistakes_at_once", 5),      // five
        ("conflicts/mistakes_in_arguments_and_function", 2), // two
        ("conflicts/rules_of_several_layers", 3),    // three
        ("conflicts/several_constants_of_one_layer", 2), // two
        ("conflicts/what_can_be_read_is_looked_at", 4), // four
        ("duplicates/key_three_times", 2),           // two
        ("unknown/several_keys", 3),                 // three
    ];
    let cases = cases();
    for (name, text) in cases.iter().filter(|(name, _)| !name.starts_with("derive")) {
        let errors = text
            .lines()
            .filter(|line| line.starts_with("error"))
            .count();
        let known = MORE.iter().find(|(more, _)| more == name);
        assert_eq!(errors, known.map_or(1, |(_, errors)| *errors), "{name}");
    }
    assert!(cases.len() > 270, "{} cases", cases.len());
}

/// All cases, as `topic/name`, with what the compiler says about them.
#[expect(
    clippy::unwrap_used,
    reason = "a file that cannot be read is a failed test"
)]
fn cases() -> Vec<(String, String)> {
    let topics = std::fs::read_dir("ui").unwrap();
    let topics = topics.map(|topic| topic.unwrap().path());
    let files = topics.filter(|topic| topic.is_dir()).flat_map(|topic| {
        let files = std::fs::read_dir(topic).unwrap();
        files.map(|file| file.unwrap().path())
    });
    let pinned = files.filter(|file| file.extension().is_some_and(|it| it == "stderr"));
    let cases = pinned.map(|file| {
        let name = file.with_extension("");
        let name = name.strip_prefix("ui").unwrap().to_string_lossy();
        (name.into_owned(), std::fs::read_to_string(&file).unwrap())
    });
    cases.collect()
}
