use resilience::timeout;

#[timeout("30s")]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
