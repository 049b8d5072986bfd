use resilience::{Retry, circuit, fallback, retry, timeout};

use crate::Error;

const LOOP: Retry = Retry::new().max(1);

async fn r#else(r#type: u32, r#gen: &str) -> Result<u32, Error> {
    std::future::ready(r#gen).await;
    Ok(r#type)
}

#[fallback(r#else)]
#[timeout(1s)]
#[retry(LOOP)]
#[circuit(key = r#gen)]
async fn r#match(r#type: u32, r#gen: &str) -> Result<u32, Error> {
    if r#gen.is_empty() {
        return Err(Error::Gone);
    }
    Ok(r#type)
}

pub(super) async fn run() {
    assert_eq!(r#match(3, "gen").await, Ok(3));
    assert_eq!(r#match(4, "").await, Ok(4));
}
