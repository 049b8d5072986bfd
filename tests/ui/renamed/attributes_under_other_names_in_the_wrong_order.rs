use resilience::{fallback as otherwise, retry as again};

#[again]
#[otherwise(other)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
