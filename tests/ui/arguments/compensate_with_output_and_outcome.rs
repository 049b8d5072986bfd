use resilience::compensate;

#[compensate(undo(output, outcome))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
