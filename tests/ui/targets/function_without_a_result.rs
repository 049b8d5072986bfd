use resilience::retry;

#[retry]
async fn call() {}

fn main() {}
