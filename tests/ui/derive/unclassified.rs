use resilience::Classify;

#[derive(Debug, thiserror::Error, Classify)]
enum PaymentError {
    #[error("declined")]
    #[permanent]
    Declined,
    #[error("busy")]
    Busy,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

fn main() {
    // Uses of the type give no errors of their own.
    println!("{:?}", PaymentError::Busy.classify());
}
