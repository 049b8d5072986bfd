use resilience::{fallback, retry};

type Answer = u32;

async fn other(_: u32) -> Answer {
    3
}

#[fallback(other, value = 3)]
#[retry(max = n, on_ok = |n: &u32| *n == 0)]
async fn call(n: u32) -> Answer {
    n
}

fn main() {}
