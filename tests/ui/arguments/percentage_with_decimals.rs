use resilience::circuit;

#[circuit(rate = 0.5%)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
