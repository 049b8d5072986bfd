use resilience::timeout;

#[timeout(1s, max = 3)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
