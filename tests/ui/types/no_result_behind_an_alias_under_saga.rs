use resilience::saga;

type Outcome = u32;

#[saga]
async fn call() -> Outcome {
    3
}

fn main() {}
