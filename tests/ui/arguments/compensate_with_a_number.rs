use resilience::compensate;

#[compensate(3)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
