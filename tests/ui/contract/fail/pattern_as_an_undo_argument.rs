use resilience::{Rejection, compensate};

struct Order {
    id: u32,
}

async fn undo(id: u32) -> Result<(), Rejection> {
    let _ = id;
    Ok(())
}

#[compensate(undo(id))]
async fn step(Order { id }: Order, key: &str) -> Result<u32, Rejection> {
    let _ = key;
    Ok(id)
}

fn main() {}
