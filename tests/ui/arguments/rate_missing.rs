use resilience::rate_limit;

#[rate_limit]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
