use resilience::{Bulkhead, Rejection, bulkhead};

static DB: Bulkhead = Bulkhead::new("db").max(5);

#[bulkhead(DB, wait = 1s)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
