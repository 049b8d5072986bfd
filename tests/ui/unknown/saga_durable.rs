use resilience::saga;

#[saga(durable)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
