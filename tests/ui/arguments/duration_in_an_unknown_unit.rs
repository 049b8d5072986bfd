use resilience::timeout;

#[timeout(30sec)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
