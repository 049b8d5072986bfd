use std::time::Duration;

use resilience::{Rejection, circuit, timeout};

const PERCENT: u32 = 101;
const WINDOW: u32 = 10;
const CALLS: u32 = 11;
const SLOW: Duration = Duration::from_secs(2);

#[circuit(rate = PERCENT, on = _)]
async fn rate() -> Result<u32, Rejection> {
    Ok(1)
}

#[circuit(window = WINDOW, min_calls = CALLS, on = _)]
async fn calls() -> Result<u32, Rejection> {
    Ok(1)
}

#[circuit(slow = SLOW, on = _)]
#[timeout(2s)]
async fn slow() -> Result<u32, Rejection> {
    Ok(1)
}

struct Client;

impl Client {
    const PROBES: u32 = 0;

    #[circuit(probes = Self::PROBES, on = _)]
    async fn probes(&self) -> Result<u32, Rejection> {
        Ok(1)
    }
}

fn main() {
    drop(Client.probes());
}
