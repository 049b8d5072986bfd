use resilience::retry;

#[retry(on = 1 + )]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
