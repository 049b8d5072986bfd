use resilience::{circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

trait Api {
    async fn load(&self, n: u32) -> Result<u32, Error>;

    #[fallback(value = n)]
    #[timeout(5s)]
    #[retry]
    #[circuit]
    async fn twice(&self, n: u32) -> Result<u32, Error> {
        Ok(self.load(n).await? + self.load(n).await?)
    }

    #[retry]
    async fn of_the_type(flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        Ok(9)
    }
}

impl Api for Flaky {
    #[retry(max = 1)]
    #[timeout(1s)]
    async fn load(&self, n: u32) -> Result<u32, Error> {
        self.attempt()?;
        Ok(n)
    }
}

pub(super) async fn run() {
    assert_eq!(Flaky::times(2).twice(4).await, Ok(8));
    assert_eq!(<Flaky as Api>::of_the_type(&Flaky::times(1)).await, Ok(9));
}
