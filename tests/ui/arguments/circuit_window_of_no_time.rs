use resilience::circuit;

#[circuit(window = 0s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
