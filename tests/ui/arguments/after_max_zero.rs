use resilience::retry;

#[retry(after_max = 0s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
