use resilience::retry;

#[retry(tries = 3)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
