use resilience::circuit;

#[circuit(failures = 0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
