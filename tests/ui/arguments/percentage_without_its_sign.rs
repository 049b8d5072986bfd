use resilience::circuit;

#[circuit(rate = 50)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
