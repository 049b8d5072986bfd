use resilience::timeout;

#[timeout(1s, 2s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
