use resilience::timeout;

#[timeout(0s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
