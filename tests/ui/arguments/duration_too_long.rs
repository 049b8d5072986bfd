use resilience::timeout;

#[timeout(999_999_999_999d)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
