use resilience::retry;

#[retry(max = 4294967296)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
