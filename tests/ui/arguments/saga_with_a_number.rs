use resilience::saga;

#[saga(3)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
