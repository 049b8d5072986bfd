use resilience::{compensate, retry};

#[retry]
#[compensate(undo)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
