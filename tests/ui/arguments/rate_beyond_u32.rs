use resilience::rate_limit;

#[rate_limit(5000000000/s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
