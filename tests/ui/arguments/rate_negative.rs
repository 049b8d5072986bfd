use resilience::rate_limit;

#[rate_limit(-5/s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
