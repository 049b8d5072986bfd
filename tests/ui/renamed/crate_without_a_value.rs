use resilience::retry;

#[retry(crate = )]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
