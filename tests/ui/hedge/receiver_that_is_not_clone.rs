#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

struct Client;

impl Client {
    #[hedge(after = 50ms)]
    async fn call(self) -> Result<u32, Error> {
        Ok(1)
    }
}

fn main() {}
