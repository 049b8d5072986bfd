use std::time::Duration;

use resilience::{Bulkhead, Rejection, bulkhead, timeout};

static DB: Bulkhead = Bulkhead::new("db").max(5).wait(Duration::from_secs(1));

#[timeout(10s, fits)]
#[bulkhead(DB)]
#[timeout(9500ms)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
