use resilience::retry;

#[retry]
extern "C" fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
