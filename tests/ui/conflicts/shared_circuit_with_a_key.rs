use resilience::circuit;

#[circuit(PAYMENTS, key = host)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
