use resilience::{Bulkhead, bulkhead};

struct Plain;

static DB: Bulkhead = Bulkhead::new("db").max(5);

#[bulkhead(DB)]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
