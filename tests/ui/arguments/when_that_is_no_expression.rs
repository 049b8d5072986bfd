use resilience::retry;

#[retry(when = |e|)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
