use resilience::{Rejection, fallback};

struct Client;

impl Client {
    #[fallback(Self::other)]
    async fn call(self) -> Result<u32, Rejection> {
        drop(self);
        Ok(1)
    }

    async fn other(self) -> Result<u32, Rejection> {
        Ok(2)
    }
}

fn main() {}
