use resilience::retry;

type Answer = u32;

#[retry]
async fn call<T: Clone>(given: T) -> Answer {
    drop(given);
    3
}

fn main() {}
