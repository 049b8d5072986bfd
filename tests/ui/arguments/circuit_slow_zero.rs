use resilience::circuit;

#[circuit(slow = 0s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
