use resilience::retry;

#[retry(max = 3s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
