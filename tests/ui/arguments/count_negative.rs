use resilience::retry;

#[retry(max = -1)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
