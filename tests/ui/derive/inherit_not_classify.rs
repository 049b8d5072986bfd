use resilience::Classify;

#[derive(Debug)]
struct Opaque;

#[derive(Classify)]
enum Error {
    #[inherit]
    A(Opaque),
    #[inherit]
    B(Box<dyn std::error::Error + Send + Sync>),
}

fn main() {}
