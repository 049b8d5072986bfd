use resilience::fallback;

#[fallback]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
