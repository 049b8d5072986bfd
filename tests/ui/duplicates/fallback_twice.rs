use resilience::fallback;

#[fallback(first)]
#[fallback(second)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
