use resilience::rate_limit;

#[rate_limit(100/s, 1000/h)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
