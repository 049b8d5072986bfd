use resilience::retry;

#[retry(budget = off)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
