use resilience::retry;

#[retry(jitter = gaussian)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
