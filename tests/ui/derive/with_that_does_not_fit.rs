use resilience::{Classify, Verdict};

fn verdict(_: &str) -> Verdict {
    Verdict::permanent()
}

#[derive(Classify)]
#[classify(with = verdict)]
struct Error;

#[derive(Classify)]
#[classify(with = "verdict")]
struct Quoted;

fn main() {}
