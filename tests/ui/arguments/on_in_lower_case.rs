use resilience::retry;

#[retry(on = retry_it)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
