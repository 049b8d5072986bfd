use resilience::retry;

#[retry]
const fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
