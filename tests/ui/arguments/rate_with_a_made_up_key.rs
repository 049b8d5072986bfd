use resilience::rate_limit;

#[rate_limit(rate = 100/s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
