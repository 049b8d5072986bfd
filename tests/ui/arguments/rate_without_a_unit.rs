use resilience::rate_limit;

#[rate_limit(100)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
