use resilience::rate_limit;

#[rate_limit(100/s, bursts = 20)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
