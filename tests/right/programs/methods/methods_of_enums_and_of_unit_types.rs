use resilience::{circuit, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone, Copy)]
enum Region {
    North,
    South(u32),
}

impl Region {
    #[retry]
    #[timeout(1s)]
    async fn size(self, flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        match self {
            Self::North => Ok(1),
            Self::South(size) => Ok(size),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Unit;

impl Unit {
    #[circuit]
    #[retry]
    async fn nothing(self) -> Result<Self, Error> {
        Ok(self)
    }
}

pub(super) async fn run() {
    assert_eq!(Region::North.size(&Flaky::times(1)).await, Ok(1));
    assert_eq!(Region::South(5).size(&Flaky::times(1)).await, Ok(5));
    assert!(Unit.nothing().await.is_ok());
}
