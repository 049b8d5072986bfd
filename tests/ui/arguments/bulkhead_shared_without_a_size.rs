use resilience::{Bulkhead, Rejection, bulkhead};

static DB: Bulkhead = Bulkhead::new("db");

#[bulkhead(DB)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
