use resilience::Classify;

#[derive(Classify)]
#[retryable]
enum Enum {
    #[classify(default = permanent)]
    A,
    #[permanent]
    B(#[inherit] std::io::Error),
}

#[derive(Classify)]
#[classify(default = permanent)]
struct Struct;

#[derive(Classify)]
union Union {
    a: u8,
}

fn main() {}
