use resilience::retry;

#[retry(ma)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
