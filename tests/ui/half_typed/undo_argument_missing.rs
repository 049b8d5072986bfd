use resilience::compensate;

#[compensate(undo(, output))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
