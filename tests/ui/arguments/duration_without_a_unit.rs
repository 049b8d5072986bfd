use resilience::timeout;

#[timeout(30)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
