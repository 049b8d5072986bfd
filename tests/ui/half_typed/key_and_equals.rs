use resilience::retry;

#[retry(max =)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
