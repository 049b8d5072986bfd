use resilience::circuit;

#[circuit(cooldown = 0s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
