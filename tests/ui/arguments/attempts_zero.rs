use resilience::retry;

#[retry(attempts = 0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
