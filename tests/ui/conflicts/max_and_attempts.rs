use resilience::retry;

#[retry(max = 3, attempts = 4)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
