#[path = "../support.rs"]
mod support;

use resilience::hedge;

type Plain = u32;

#[hedge(after = 50ms)]
async fn call() -> Plain {
    1
}

fn main() {}
