use resilience::retry;

#[retry(tries = 4)]
fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
