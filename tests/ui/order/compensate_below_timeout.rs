use resilience::{compensate, timeout};

#[timeout(5s)]
#[compensate(undo)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
