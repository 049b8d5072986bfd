use resilience::circuit;

#[circuit(window = 10, min_calls = 11)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
