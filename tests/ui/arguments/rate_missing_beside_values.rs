use resilience::rate_limit;

#[rate_limit(burst = 20)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
