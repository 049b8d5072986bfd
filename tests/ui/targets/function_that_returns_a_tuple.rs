use resilience::retry;

#[retry]
async fn call() -> (u32, Result<(), ()>) {
    (3, Ok(()))
}

fn main() {}
