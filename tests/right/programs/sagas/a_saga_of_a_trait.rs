use std::future::Future;

use resilience::{compensate, saga, timeout};

use crate::{Error, Flaky};

trait Shop: Clone + Send + Sync + 'static {
    fn pay(&self, amount: u32) -> impl Future<Output = Result<u32, Error>> + Send;

    #[saga]
    #[timeout(60s)]
    fn buy(&self, amount: u32) -> impl Future<Output = Result<u32, Error>> + Send {
        async move {
            let paid = self.pay(amount).await?;
            if paid > 10 {
                Err(Error::Gone)
            } else {
                Ok(paid)
            }
        }
    }
}

impl Shop for Flaky {
    #[compensate(Self::refund(amount))]
    async fn pay(&self, amount: u32) -> Result<u32, Error> {
        Ok(amount)
    }
}

impl Flaky {
    async fn refund(&self, amount: u32) -> Result<(), Error> {
        std::future::ready(amount).await;
        self.undone();
        Ok(())
    }
}

pub(super) async fn run() {
    let flaky = Flaky::times(0);
    assert_eq!(
        (flaky.buy(1).await, flaky.buy(11).await),
        (Ok(1), Err(Error::Gone))
    );
    assert_eq!(flaky.undos(), 1);
}
