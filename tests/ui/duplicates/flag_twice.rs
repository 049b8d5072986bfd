use resilience::saga;

#[saga(strict, strict)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
