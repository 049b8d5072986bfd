use resilience::circuit;

#[circuit(rate = 50%, slow = 1s, slow_rate = 0%)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
