use resilience::retry;

struct Plain;
type Outcome = Result<(), Plain>;

#[retry]
async fn call() -> Outcome {
    Ok(())
}

fn main() {}
