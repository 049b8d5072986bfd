use resilience::rate_limit;

#[rate_limit(100s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
