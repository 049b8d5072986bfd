//! There are many, none is forgotten, and each does what it says.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{PROGRAMS, Program};

fn programs() -> impl Iterator<Item = &'static Program> {
    PROGRAMS.iter().copied().flatten()
}

#[tokio::test(start_paused = true)]
async fn every_program_does_what_it_says() {
    for (name, run) in programs() {
        println!("{name}");
        run().await;
    }
}

#[test]
fn every_file_is_a_program_of_its_own() {
    let listed: BTreeSet<String> = programs()
        .filter_map(|(name, _)| name.split_once("::"))
        .map(|(_, path)| path.replace("::", "/") + ".rs")
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs");
    let mut files = BTreeSet::new();
    for topic in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        // The parts of the one strict program are modules of it.
        if !topic.path().is_dir() || topic.file_name() == "strict" {
            continue;
        }
        for file in fs::read_dir(topic.path()).unwrap().map(Result::unwrap) {
            let (topic, file) = (topic.file_name(), file.file_name());
            files.insert(format!("{}/{}", topic.display(), file.display()));
        }
    }
    assert!(files.is_subset(&listed), "{:?}", files.difference(&listed));
    assert!(listed.len() >= 80, "{} programs", listed.len());
}
