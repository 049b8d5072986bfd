#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call() -> Result<u32, Error> {
    let shared = std::rc::Rc::new(3);
    std::future::ready(()).await;
    Ok(*shared)
}

fn spawn() {
    fn sent(_: impl Send) {}
    sent(call());
}

fn main() {}
