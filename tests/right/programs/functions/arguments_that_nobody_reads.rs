use resilience::{circuit, fallback, retry, timeout};

use crate::Error;

#[fallback(value = 2)]
#[timeout(1s)]
#[retry]
#[circuit]
async fn ignore(_: u32, _name: String, _list: &mut Vec<u32>) -> Result<u32, Error> {
    Ok(1)
}

#[timeout(1s)]
async fn ignore_all(_: String, _: &str, (_, _): (u8, u8)) -> Result<u32, Error> {
    Ok(2)
}

pub(super) async fn run() {
    assert_eq!(ignore(0, String::new(), &mut Vec::new()).await, Ok(1));
    assert_eq!(ignore_all(String::new(), "", (0, 0)).await, Ok(2));
}
