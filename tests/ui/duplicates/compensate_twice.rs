use resilience::compensate;

#[compensate(first)]
#[compensate(second)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
