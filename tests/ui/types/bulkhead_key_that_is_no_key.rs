use resilience::{Rejection, bulkhead};

struct Host;

#[bulkhead(10, key = host)]
async fn call(host: Host) -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
