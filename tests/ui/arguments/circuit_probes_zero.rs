use resilience::circuit;

#[circuit(probes = 0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
