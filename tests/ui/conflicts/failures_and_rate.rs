use resilience::circuit;

#[circuit(failures = 5, rate = 50%)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
