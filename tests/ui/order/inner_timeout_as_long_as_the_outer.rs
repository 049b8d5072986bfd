use resilience::{retry, timeout};

#[timeout(10s)]
#[retry]
#[timeout(10s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
