use resilience::retry;

#[retry(name = charge)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
