use resilience::retry;

#[retry(on = Throttled | Error::Busy)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
