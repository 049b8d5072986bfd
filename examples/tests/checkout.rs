//! Runs the checkout example as a user would, and reads what it prints.

#![allow(clippy::expect_used, reason = "a test that cannot run must say so")]

use std::process::{Command, Output};

fn checkout(args: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "run",
        "--quiet",
        "--package",
        "examples",
        "--example",
        "checkout",
        "--",
    ]);
    cargo
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the example prints UTF-8")
}

/// The number at the end of the row that begins with `words`.
fn number(table: &str, words: &str) -> u32 {
    let row = table
        .lines()
        .find(|line| line.trim_start().starts_with(words));
    let row = row.unwrap_or_else(|| panic!("no row `{words}` in\n{table}"));
    row.rsplit(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .expect("a row ends in a number")
}

#[test]
fn a_seed_tells_the_same_story_twice_and_leaves_nothing_behind() {
    let first = checkout(&["--seed", "7", "--orders", "20", "--quiet"]);
    let table = text(&first.stdout);
    assert!(first.status.success(), "{table}\n{}", text(&first.stderr));

    // Twenty orders are one deck: every fate happens once.
    assert_eq!(number(&table, "orders"), 20, "{table}");
    assert_eq!(number(&table, "left behind"), 0, "{table}");
    for words in [
        "card declined",
        "out of stock",
        "goods damaged",
        "retries",
        "fallbacks used",
    ] {
        assert!(number(&table, words) > 0, "{words} in\n{table}");
    }
    assert!(number(&table, "circuit openings") > 0, "{table}");
    assert!(number(&table, "compensations run") > 0, "{table}");
    assert!(
        !table.contains('\x1b'),
        "colour without a terminal:\n{table}"
    );

    let second = checkout(&["--seed", "7", "--orders", "20", "--quiet"]);
    assert_eq!(text(&second.stdout), table);
}

#[test]
fn the_timeline_names_every_order() {
    let run = checkout(&["--seed=3", "--orders=4"]);
    let story = text(&run.stdout);
    assert!(run.status.success(), "{story}");
    for order in ["order-1", "order-2", "order-3", "order-4"] {
        assert!(story.contains(order), "{order} in\n{story}");
    }
}

#[test]
fn mistakes_are_named() {
    let mistakes = [
        (&["--sed", "7"][..], "unknown option `--sed`"),
        (&["--seed"], "`--seed` needs a number"),
        (
            &["--orders", "0"],
            "`--orders` takes a number from 1 to 200, not `0`",
        ),
        (&["--quiet=yes"], "`--quiet` takes no value"),
    ];
    for (args, message) in mistakes {
        let run = checkout(args);
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        assert!(
            text(&run.stderr).contains(message),
            "{args:?}: {}",
            text(&run.stderr)
        );
    }
    let help = checkout(&["--help"]);
    assert!(help.status.success());
    assert!(text(&help.stdout).contains("--seed N"));
}
