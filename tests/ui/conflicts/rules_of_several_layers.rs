use resilience::{circuit, retry, timeout};

#[timeout(5s)]
#[retry(attempts = 0)]
#[circuit(failures = 0)]
#[timeout(5s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
