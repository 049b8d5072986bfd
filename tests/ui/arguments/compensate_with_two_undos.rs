use resilience::compensate;

#[compensate(first, second)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
