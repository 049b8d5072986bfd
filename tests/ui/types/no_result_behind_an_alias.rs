use resilience::retry;

type Outcome = u32;

#[retry]
async fn call() -> Outcome {
    3
}

fn main() {}
