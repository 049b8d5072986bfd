use resilience::circuit;

#[circuit(PAYMENTS, failures = 5)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
