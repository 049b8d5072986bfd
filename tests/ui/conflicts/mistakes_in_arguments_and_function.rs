use resilience::retry;

#[retry(tries = 4)]
fn call() -> bool {
    true
}

fn main() {}
