use resilience::timeout;

#[timeout]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
