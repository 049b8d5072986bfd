use resilience::{circuit, fallback, retry, timeout};

type Outcome = u32;

#[fallback(value = 3)]
#[timeout(9s)]
#[retry]
#[circuit(failures = 3)]
#[timeout(1s)]
async fn call() -> Outcome {
    3
}

fn main() {}
