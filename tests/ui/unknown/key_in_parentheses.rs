use resilience::retry;

#[retry(max(3))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
