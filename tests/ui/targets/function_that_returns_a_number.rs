use resilience::retry;

#[retry]
async fn call() -> u32 {
    3
}

fn main() {}
