use resilience::{circuit, fallback};

#[circuit(failures = 5)]
#[fallback(other)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
