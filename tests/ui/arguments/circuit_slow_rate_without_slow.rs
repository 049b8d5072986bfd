use resilience::circuit;

#[circuit(slow_rate = 50%)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
