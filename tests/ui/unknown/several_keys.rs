use resilience::{retry, timeout};

#[retry(tries = 3, delay = 1s)]
#[timeout(1s, grace = 2s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
