use resilience::timeout;

#[timeout(1s)]
trait Call {}

fn main() {}
