//! Renamed imports, globs and paths.

use resilience as r;
use resilience::*;

pub mod inner {
    pub use resilience::retry as again;
}

#[derive(Debug, Classify)]
pub enum Error {
    #[retryable]
    Busy,
    #[inherit]
    Rejected(r::Rejection),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

#[r::fallback(value = 1)]
#[inner::again(max = 2)]
#[::resilience::circuit(failures = 5)]
#[cfg_attr(all(), timeout(1s))]
pub async fn call() -> Result<u32, Error> {
    Err(Error::Busy)
}

pub trait Api {
    #[allow(async_fn_in_trait)]
    #[retry(max = 2)]
    async fn by_default(&self) -> Result<u32, Error> {
        Ok(1)
    }
}

impl Api for () {}

fn main() {
    drop(call());
    drop(().by_default());
}
