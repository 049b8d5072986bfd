use resilience::retry;

#[retry(jitter = ful)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
