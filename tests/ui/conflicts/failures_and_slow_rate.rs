use resilience::circuit;

#[circuit(failures = 5, slow = 1s, slow_rate = 50%)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
