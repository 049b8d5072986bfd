use resilience::rate_limit;

#[rate_limit(100/10s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
