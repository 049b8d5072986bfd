use resilience::retry;

#[retry(on = Retriable)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
