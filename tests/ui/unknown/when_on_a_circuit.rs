use resilience::circuit;

#[circuit(when = is_down)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
