use resilience::Classify;

#[derive(Classify)]
struct Error {
    code: u16,
}

fn main() {}
