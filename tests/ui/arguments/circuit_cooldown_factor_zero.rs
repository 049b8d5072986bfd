use resilience::circuit;

#[circuit(cooldown_factor = 0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
