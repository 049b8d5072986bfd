use resilience::retry;

#[retry(max = 3, max = 4)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
