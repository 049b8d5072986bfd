use resilience::retry;

#[retry(atempts = 3)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
