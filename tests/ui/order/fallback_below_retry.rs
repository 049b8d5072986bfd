use resilience::{fallback, retry};

#[retry]
#[fallback(other)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
