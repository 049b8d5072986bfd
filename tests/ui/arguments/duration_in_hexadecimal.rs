use resilience::timeout;

#[timeout(0x1fs)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
