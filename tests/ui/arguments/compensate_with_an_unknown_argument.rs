use resilience::compensate;

#[compensate(undo(amont))]
async fn call(amount: u32) -> Result<(), ()> {
    drop(amount);
    Ok(())
}

fn main() {}
