use std::time::Duration;

use resilience::{circuit, compensate, fallback, retry, timeout};

use crate::Error;

const SITE: u32 = 1;
const BUDGET: u32 = 2;
const POLICY: u32 = 3;
static CIRCUIT: u32 = 4;

async fn undo(outcome: u32, call: u32) -> Result<(), Error> {
    std::future::ready((outcome, call)).await;
    Ok(())
}

#[compensate(undo(attempts, call))]
#[fallback(value = site + output, on = Error::Gone)]
#[timeout(limit)]
#[retry(max = attempts)]
#[circuit(key = layer)]
async fn all(
    site: u32,
    attempts: u32,
    layer: u32,
    call: u32,
    limit: Duration,
    output: u32,
    never: u32,
) -> Result<u32, Error> {
    let args = (layer, call);
    let future = never + SITE + BUDGET + POLICY + CIRCUIT;
    let pause = limit.is_zero();
    if pause {
        return Err(Error::Gone);
    }
    Ok(site + attempts + args.0 + args.1 + output + future)
}

pub(super) async fn run() {
    let second = Duration::from_secs(1);
    assert_eq!(all(1, 2, 3, 4, second, 5, 6).await, Ok(31));
}
