use resilience::compensate;

#[compensate]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
