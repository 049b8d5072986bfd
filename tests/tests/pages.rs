//! The examples on the pages of the rules: what a page calls wrong is refused with the number of the
//! page, and what it writes instead compiles without a warning.
//!
//! All of them are modules of one crate that is built here. An example that shows attributes only
//! stands above [`LOAD`], `{ … }` stands for a body, and `pages/frame.rs` has the types that are
//! named in passing.

#![expect(
    clippy::unwrap_used,
    reason = "a page that cannot be read or built is a failed test"
)]

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use resilience::policy::Rule;

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../resilience-policy/rules");
const LOAD: &str = "async fn load(id: u64) -> Result<Item, Error> { … }";

#[test]
fn wrong_examples_are_refused_with_the_number_of_their_page_and_right_ones_compile() {
    let pages = pages();
    let said = build(&pages);
    let mut mistakes = Vec::new();
    for (number, page) in &pages {
        let examples = examples(page);
        assert!(
            !examples.is_empty() && examples.len().is_multiple_of(2),
            "{number} has {} examples (```rust): each wrong one needs a right one",
            examples.len()
        );
        for at in 0..examples.len() {
            let module = module(number, at);
            let said = said.get(&module).map_or(&[][..], Vec::as_slice);
            let is_wrong = at.is_multiple_of(2);
            let fits = match said {
                [one] if is_wrong => begins_with_number(one, number, page),
                [] => !is_wrong,
                _ => false,
            };
            if !fits {
                let kind = if is_wrong { "wrong" } else { "right" };
                mistakes.push(format!("{module}, {kind}: {said:#?}"));
            }
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// Whether an error is the page's: by its number; where it has none, by the compiler's code, if the page
/// says that the compiler speaks for the rule.
fn begins_with_number(said: &str, number: &str, page: &str) -> bool {
    let Some((kind, text)) = said.split_once(": ") else {
        return false;
    };
    let code = kind.strip_prefix("error[");
    let code = code.and_then(|code| code.strip_suffix(']'));
    let text = text.strip_prefix("evaluation panicked: ").unwrap_or(text);
    let first = text.split(": ").next().unwrap_or_default();
    if Rule::ALL.iter().any(|rule| rule.to_string() == first) {
        return first == number;
    }
    code.is_some_and(|code| page.contains(code))
}

/// All pages, by the number of their rule.
fn pages() -> BTreeMap<String, String> {
    let files = fs::read_dir(RULES)
        .unwrap()
        .map(|file| file.unwrap().path());
    let page = |path: PathBuf| {
        let number = path.file_stem().unwrap().to_string_lossy().into_owned();
        (number, fs::read_to_string(path).unwrap())
    };
    files.map(page).collect()
}

/// The code blocks of a page: wrong, right, wrong, right …
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("```rust\n").skip(1);
    blocks
        .map(|block| framed(block.split("```").next().unwrap_or_default()))
        .collect()
}

fn framed(example: &str) -> String {
    let attributes_only = example.trim_end().ends_with(']');
    let function = if attributes_only { LOAD } else { "" };
    let code = format!("#[allow(unused_imports)]\nuse crate::frame::*;\n{example}{function}\n");
    code.replace("{ … }", "{ todo!() }")
}

fn module(number: &str, at: usize) -> String {
    format!("{}_{at}", number.to_lowercase())
}

/// Builds one binary of all wrong examples and one of all right ones. What the compiler says, by
/// module.
fn build(pages: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let project = temporary.join("pages");
    let source = project.join("src");
    let _ = fs::remove_dir_all(&source);
    fs::create_dir_all(&source).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let manifest = format!(
        "[workspace]\n[package]\nname = \"pages\"\nedition = \"2024\"\n\
         [[bin]]\nname = \"wrong\"\npath = \"src/wrong.rs\"\n\
         [[bin]]\nname = \"right\"\npath = \"src/right.rs\"\n\
         [dependencies]\nasync-trait = \"0.1\"\nthiserror = \"2\"\n\
         resilience = {{ path = {:?}, features = [\"testing\", \"http\"] }}\n",
        format!("{root}/resilience")
    );
    fs::write(project.join("Cargo.toml"), manifest).unwrap();
    // The versions that everything else is built with.
    fs::copy(format!("{root}/Cargo.lock"), project.join("Cargo.lock")).unwrap();
    fs::write(source.join("frame.rs"), include_str!("pages/frame.rs")).unwrap();
    // A body that is left out uses nothing.
    let head = "#![allow(dead_code, unused_variables)]\nfn main() {}\nmod frame;\n".to_owned();
    let mut binaries = [head.clone(), head];
    for (number, page) in pages {
        for (at, example) in examples(page).iter().enumerate() {
            let module = module(number, at);
            fs::write(source.join(format!("{module}.rs")), example).unwrap();
            writeln!(binaries[at % 2], "mod {module};").unwrap();
        }
    }
    for (name, binary) in ["wrong.rs", "right.rs"].iter().zip(binaries) {
        fs::write(source.join(name), binary).unwrap();
    }
    let built = Command::new(env::var_os("CARGO").unwrap())
        .args([
            "build",
            "--offline",
            "--keep-going",
            "--message-format=short",
        ])
        .arg("--target-dir")
        .arg(temporary.parent().unwrap())
        .current_dir(&project)
        .output()
        .unwrap();
    let text = String::from_utf8(built.stderr).unwrap();
    assert!(text.contains("pages v0.0.0"), "{text}");
    by_module(&text)
}

/// `src/r001_0.rs:2:3: error: …`
fn by_module(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let Some((place, message)) = line.split_once(": ") else {
            continue;
        };
        let file = place.split(':').next().unwrap_or_default();
        if let Some(module) = file
            .strip_prefix("src/")
            .and_then(|it| it.strip_suffix(".rs"))
        {
            said.entry(module.to_owned())
                .or_default()
                .push(message.to_owned());
        }
    }
    said
}
