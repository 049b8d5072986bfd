use resilience::timeout;

struct Plain;
type Answer = Result<u32, Plain>;

#[timeout(1s)]
async fn call() -> Answer {
    Ok(3)
}

fn main() {}
