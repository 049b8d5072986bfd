use resilience::Classify;

#[derive(Classify)]
#[classify(default = permanent, default = retryable)]
enum Error {
    #[retryable(in_doubt, in_doubt)]
    A,
    #[retryable(after = a, after = b)]
    B { a: std::time::Duration, b: std::time::Duration },
    #[by_status(a, b)]
    C { a: u16, b: u16 },
    #[retryable(in_doubt = true)]
    D,
    #[retryable(after)]
    E,
    #[by_status]
    F(u16),
    #[classify]
    G,
}

fn main() {}
