use resilience::rate_limit;

#[rate_limit(0/s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
