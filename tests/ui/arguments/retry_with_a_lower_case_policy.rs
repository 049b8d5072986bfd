use resilience::retry;

#[retry(http)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
