use std::{future::Future, io, pin::Pin};

use resilience::timeout;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[timeout(1s)]
fn call() -> BoxFuture<io::Result<u32>> {
    Box::pin(async { Ok(1) })
}

fn main() {}
