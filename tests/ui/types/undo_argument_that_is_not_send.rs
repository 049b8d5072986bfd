#[path = "../support.rs"]
mod support;

use resilience::compensate;
use std::rc::Rc;
use support::Error;

async fn undo(_: Rc<u32>) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo(count))]
async fn call(count: Rc<u32>) -> Result<u32, Error> {
    Ok(*count)
}

fn main() {}
