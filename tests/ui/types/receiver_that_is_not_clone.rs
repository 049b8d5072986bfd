#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

struct Token;

impl Token {
    #[retry]
    async fn call(self) -> Result<(), Error> {
        drop(self);
        Ok(())
    }
}

fn main() {}
