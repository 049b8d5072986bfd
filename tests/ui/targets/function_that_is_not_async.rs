use resilience::retry;

#[retry]
fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
