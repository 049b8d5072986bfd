use resilience::rate_limit;

#[rate_limit(100/s, burst = 0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
