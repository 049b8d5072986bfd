use resilience::fallback;

type Outcome = u32;

#[fallback(value = 3)]
async fn call() -> Outcome {
    3
}

fn main() {}
