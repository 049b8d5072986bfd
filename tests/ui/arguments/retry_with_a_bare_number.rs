use resilience::retry;

#[retry(3)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
