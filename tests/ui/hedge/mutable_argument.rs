#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

#[hedge(after = 50ms)]
async fn call(list: &mut Vec<u32>) -> Result<u32, Error> {
    list.push(1);
    Ok(1)
}

fn main() {}
