use resilience::{circuit, retry, timeout};

#[timeout(5)]
#[retry(max = 3, tries = 4, jitter = ful)]
#[circuit(failures = 5, failures = 6, cooldown = "30s")]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
