use resilience::circuit;

#[circuit(failures = 5)]
#[circuit(failures = 6)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
