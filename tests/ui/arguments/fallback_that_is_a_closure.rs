use resilience::fallback;

#[fallback(|| async { Ok(()) })]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
