use resilience::circuit;

#[circuit(window = 0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
