use resilience::retry;

#[retry]
fn call() -> impl Iterator<Item = u32> {
    [1].into_iter()
}

fn main() {}
