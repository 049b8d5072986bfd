use resilience::{Classify, Verdict};

#[derive(Classify)]
enum Error {
    #[classify(with = by_code)]
    A(u8),
}

fn by_code(code: &u8) -> Verdict {
    if *code == 1 { Verdict::retryable() } else { Verdict::permanent() }
}

fn main() {}
