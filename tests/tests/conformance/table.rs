//! `docs/conformance.md`, from the tests: the name of each begins with its row, and above it stands
//! who asks it, whether ours is the same, and what differs.
//!
//! ```text
//! /// Failsafe · adapted. One failure is not our default
//! #[tokio::test(start_paused = true)]
//! async fn cb_18_one_failure_where_one_is_asked() { … }
//! ```
//!
//! Rows without a test here are in `without_a_test.md`, with the reason. `BLESS=1` writes the page.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The families of rows, in the order of the page.
const FAMILIES: &[(&str, &str)] = &[
    ("CB", "Circuits that count calls"),
    ("CT", "Circuits that look back over time"),
    ("HO", "Half-open circuits"),
    ("CM", "Circuits in the hand of an operator"),
    ("RT", "Retry counts"),
    ("RD", "Delays, backoff, jitter"),
    ("RB", "Time budgets across attempts"),
    ("CL", "Classification of errors"),
    ("TO", "Timeouts"),
    ("BH", "Bulkheads"),
    ("RL", "Rate limits"),
    ("FB", "Fallback"),
    ("CO", "Composition"),
    ("HE", "Hedging"),
    ("BU", "Retry budgets"),
    ("CA", "Cancellation and drop"),
    ("CP", "Caches and policies shared by many"),
    ("MX", "Metrics and events"),
    ("SG", "Compensation and sagas"),
    ("DX", "What the compiler and the types say"),
    ("GAP", "Cases that no suite had"),
    ("SC", "Sagas in memory, from issue threads"),
    ("CX", "Cancellation at every await"),
    ("EC", "Edges of circuits"),
    ("LD", "Load"),
    ("LM", "Limits and maps"),
    ("PN", "Panics"),
    ("TM", "Time"),
];

/// Families of cases that we thought of ourselves: a test of theirs need not say whose it is.
const OWN: &[&str] = &["CX", "LD", "LM", "PN", "TM"];

const OURS: &[&str] = &["same", "adapted", "other", "none"];

const HEAD: &str = "\
# Conformance

What the test suites and specifications of other resilience libraries ask of theirs, and issue
threads ask in vain, asked of ours: given a policy, when the calls end in this order at these times,
then so many of them run, this comes back, and this is the state. One line for each row, written
above its test in `tests/tests/conformance`, from which this page is made.

The column *ours* is **same** where the row holds with its own numbers, **adapted** where it holds
with ours (the note says which), **other** where we chose otherwise and **none** where we do not
offer what it asks. The suites contradict each other, so that no library can pass them all; our
choices: a threshold is met at ≥; every outcome is evaluated, successes too; an error that `on` does
not match is a success; `probes` calls at once, so many successes close, the first failure reopens;
probes beyond them are rejected; a probe is allowed at exactly the end of the cooldown; results of
an earlier state are dropped.
";

/// A row: who asks it, what we make of it, and the tests or the reason.
#[derive(Default)]
struct Row {
    says: Option<Says>,
    tests: Vec<String>,
}

struct Says {
    source: String,
    ours: String,
    note: String,
}

/// By family, number and what may follow that.
type Key = (String, u32, String);
type Rows = BTreeMap<Key, Row>;

#[test]
fn the_page_lists_what_is_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut rows = Rows::new();
    for file in sources(&folder) {
        let module = file.strip_prefix(&folder).unwrap().with_extension("");
        let module = module.to_string_lossy().replace(['/', '\\'], "::");
        read(&module, &fs::read_to_string(&file).unwrap(), &mut rows);
    }
    let untested = folder.join("conformance/without_a_test.md");
    for line in fs::read_to_string(untested).unwrap().lines() {
        if let Some((name, says)) = line.strip_prefix("- ").and_then(|it| it.split_once(" · ")) {
            let key = key(&name.to_lowercase().replace('-', "_")).expect(line);
            let row = rows.entry(key).or_default();
            assert!(row.says.is_none(), "{line} has a test");
            row.says = says_of(says);
        }
    }
    let page = page(&rows);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conformance.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(written == page, "run with BLESS=1 and read the difference");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The rows of one file.
fn read(module: &str, text: &str, rows: &mut Rows) {
    let mut docs = String::new();
    for line in text.lines().map(str::trim) {
        if line == "///" {
            docs.push('\n');
            continue;
        }
        if let Some(doc) = line.strip_prefix("/// ") {
            docs = format!("{docs} {doc}");
            continue;
        }
        let function = line.trim_start_matches("async ").strip_prefix("fn ");
        let name = function.and_then(|rest| rest.split_once('('));
        if let Some((name, key)) = name.and_then(|(name, _)| Some((name, key(name)?))) {
            let row = rows.entry(key).or_default();
            row.tests.push(format!("{module}::{name}"));
            if let Some(says) = docs.lines().find_map(|text| says_of(text.trim())) {
                assert!(row.says.is_none(), "{module}::{name} has its row twice");
                row.says = Some(says);
            }
        }
        if !line.starts_with("#[") {
            docs.clear();
        }
    }
}

/// The row in the name of a test: `cb_18_…` is of CB-18.
fn key(name: &str) -> Option<Key> {
    let mut parts = name.splitn(3, '_');
    let (family, number) = (parts.next()?.to_uppercase(), parts.next()?);
    FAMILIES.iter().find(|(known, _)| *known == family)?;
    let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let variant = number.strip_prefix(digits)?.to_owned();
    Some((family, digits.parse().ok()?, variant))
}

/// `source · ours. note`
fn says_of(text: &str) -> Option<Says> {
    let (source, rest) = text.split_once(" · ")?;
    let (ours, note) = rest.split_once('.').unwrap_or((rest, ""));
    Some(Says {
        source: source.to_owned(),
        ours: ours.to_owned(),
        note: note.trim().trim_end_matches('.').to_owned(),
    })
}

fn page(rows: &Rows) -> String {
    let mut page = HEAD.to_owned();
    for (family, title) in FAMILIES {
        let of_family = rows.iter().filter(|((of, ..), _)| of == family);
        let mut lines = String::new();
        for ((_, number, variant), row) in of_family {
            let name = format!("{family}-{number:02}{variant}");
            let own = Says {
                source: "own".to_owned(),
                ours: "same".to_owned(),
                note: String::new(),
            };
            let is_own = OWN.contains(family);
            let says = row.says.as_ref().or(is_own.then_some(&own));
            let says = says.unwrap_or_else(|| panic!("{name} does not say whose it is"));
            let Says { source, ours, note } = says;
            assert!(OURS.contains(&ours.as_str()), "{name}: {ours}");
            let holds = matches!(ours.as_str(), "same" | "adapted");
            assert!(
                !row.tests.is_empty() || !holds || note.contains('`'),
                "{name} shows nothing"
            );
            let tests: Vec<_> = row.tests.iter().map(|test| format!("`{test}`")).collect();
            let cell: Vec<_> = [tests.join(", "), note.clone()]
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect();
            writeln!(
                lines,
                "| {name} | {source} | {ours} | {} |",
                cell.join(". ")
            )
            .unwrap();
        }
        if !lines.is_empty() {
            writeln!(page, "\n## {title} ({family})\n\n| row | source | ours | test or reason |\n|---|---|---|---|\n{lines}").unwrap();
            page.pop();
        }
    }
    page
}
