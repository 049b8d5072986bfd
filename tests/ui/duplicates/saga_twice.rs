use resilience::saga;

#[saga]
#[saga]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
