use resilience::timeout;

#[timeout(1e3s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
