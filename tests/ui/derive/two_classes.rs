use resilience::Classify;

#[derive(Classify)]
enum Error {
    #[retryable]
    #[permanent]
    A,
    #[throttled]
    #[throttled]
    B,
    #[classify(with = f)]
    #[inherit]
    C(std::io::Error),
}

fn main() {}
