use resilience::{retry, timeout};

#[retry(name = "one")]
#[timeout(1s, name = "two")]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
