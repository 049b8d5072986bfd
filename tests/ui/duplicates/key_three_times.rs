use resilience::retry;

#[retry(max = 3, max = 4, max = 5)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
