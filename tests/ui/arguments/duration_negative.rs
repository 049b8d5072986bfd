use resilience::timeout;

#[timeout(-3s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
