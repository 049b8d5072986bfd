use resilience::retry;

#[retry]
mod call {}

fn main() {}
