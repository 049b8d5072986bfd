use resilience::saga;

#[saga(stric)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
