use resilience::fallback;

#[fallback(Self::)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
