use resilience::retry;

#[retry]
async fn call() -> Option<u32> {
    None
}

fn main() {}
