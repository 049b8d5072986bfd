use resilience::timeout;

#[timeout(10s)]
#[timeout(1m)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
