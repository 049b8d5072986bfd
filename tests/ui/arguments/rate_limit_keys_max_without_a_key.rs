use resilience::rate_limit;

#[rate_limit(100/s, keys_max = 10)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
