use resilience::retry;

#[retry]
struct Call;

fn main() {}
