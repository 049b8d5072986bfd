use resilience::retry;

#[retry(, ,)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
