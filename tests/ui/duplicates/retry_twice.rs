use resilience::{retry, timeout};

#[retry(max = 3)]
#[timeout(1s)]
#[retry(max = 2)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
