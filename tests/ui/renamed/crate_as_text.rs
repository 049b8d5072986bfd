use resilience::retry;

#[retry(crate = "robust")]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
