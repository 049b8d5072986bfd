use resilience::circuit;

#[circuit(failures = 5, window = 100)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
