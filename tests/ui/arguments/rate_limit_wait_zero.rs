use resilience::rate_limit;

#[rate_limit(100/s, wait = 0s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
