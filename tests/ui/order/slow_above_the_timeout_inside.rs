use resilience::{circuit, timeout};

#[circuit(slow = 5s)]
#[timeout(2s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
