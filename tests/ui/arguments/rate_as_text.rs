use resilience::rate_limit;

#[rate_limit("100/s")]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
