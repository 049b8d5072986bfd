use resilience::{compensate, fallback};

#[fallback(other)]
#[compensate(undo)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
