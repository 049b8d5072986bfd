#[path = "../support.rs"]
mod support;

use resilience::{circuit, hedge};
use support::Error;

#[derive(Clone)]
struct Client;

impl Client {
    #[hedge(after = 50ms)]
    #[circuit(key = 1)]
    async fn call(self) -> Result<u32, Error> {
        Ok(1)
    }
}

fn main() {}
