#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

async fn undo(_: &u32) -> Result<(), Error> {
    let shared = std::rc::Rc::new(3);
    std::future::ready(()).await;
    drop(shared);
    Ok(())
}

#[compensate(undo)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
