use resilience::timeout;

type Outcome = u32;

#[timeout(1s)]
async fn call() -> Outcome {
    3
}

fn main() {}
