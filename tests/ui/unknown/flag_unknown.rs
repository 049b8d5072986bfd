use resilience::saga;

#[saga(parallel)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
