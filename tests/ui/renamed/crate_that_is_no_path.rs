use resilience::retry;

#[retry(crate = 3 + 4)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
