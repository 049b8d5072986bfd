use resilience::circuit;

#[circuit(min_calls = 0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
