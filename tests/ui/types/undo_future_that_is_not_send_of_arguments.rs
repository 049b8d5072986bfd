#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

async fn undo(_: u32) -> Result<(), Error> {
    let shared = std::rc::Rc::new(3);
    std::future::ready(()).await;
    drop(shared);
    Ok(())
}

#[compensate(undo(n))]
async fn call(n: u32) -> Result<u32, Error> {
    Ok(n)
}

fn main() {}
