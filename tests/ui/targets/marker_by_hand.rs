#[resilience::__private::__resilience_stack()]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
