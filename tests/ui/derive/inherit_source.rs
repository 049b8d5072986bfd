use resilience::{Classify, Rejection};

#[derive(Debug, thiserror::Error, Classify)]
enum Error {
    #[error("none")]
    #[inherit]
    None,
    #[error("two")]
    #[inherit]
    Two(String, Rejection),
    #[error("argument")]
    #[inherit(0)]
    Argument(Rejection),
}

fn main() {}
