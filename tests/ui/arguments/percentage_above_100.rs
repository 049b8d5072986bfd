use resilience::circuit;

#[circuit(rate = 101%)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
