use resilience::circuit;

#[circuit(window = "30s")]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
