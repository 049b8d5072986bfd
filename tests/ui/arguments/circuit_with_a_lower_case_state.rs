use resilience::circuit;

#[circuit(payments)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
