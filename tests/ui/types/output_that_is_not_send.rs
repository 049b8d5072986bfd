#[path = "../support.rs"]
mod support;

use resilience::compensate;
use std::rc::Rc;
use support::Error;

async fn undo(_: &Rc<u32>) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo)]
async fn call() -> Result<Rc<u32>, Error> {
    Ok(Rc::new(3))
}

fn main() {}
