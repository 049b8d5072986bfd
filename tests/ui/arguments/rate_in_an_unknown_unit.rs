use resilience::rate_limit;

#[rate_limit(100/ms)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
