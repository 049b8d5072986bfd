use resilience::{Step, Undo, compensate, fallback, retry, saga, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone)]
struct Inventory {
    flaky: Flaky,
    notes: u32,
}

impl Inventory {
    #[compensate(Self::release(item))]
    #[fallback(value = 0, on = Error::Busy)]
    #[retry]
    #[timeout(1s)]
    async fn reserve(&self, item: String) -> Result<usize, Error> {
        self.flaky.attempt()?;
        Ok(item.len() + usize::from(Step::key().is_empty()))
    }

    async fn release(&self, item: String) -> Result<(), Error> {
        std::future::ready(item).await;
        assert!(!Undo::key().is_empty());
        self.flaky.undone();
        Ok(())
    }

    #[compensate(Self::forget)]
    async fn note(&mut self) -> Result<u32, Error> {
        self.notes += 1;
        Ok(self.notes)
    }

    async fn forget(&mut self, _: &u32) -> Result<(), Error> {
        std::future::ready(()).await;
        self.notes = 0;
        self.flaky.undone();
        Ok(())
    }

    #[saga(strict)]
    #[timeout(60s)]
    async fn order(mut self, items: &[&str]) -> Result<usize, Error> {
        let mut reserved = 0;
        for item in items {
            reserved += self.reserve((*item).to_owned()).await?;
        }
        self.note().await?;
        if reserved > 3 {
            Err(Error::Gone)
        } else {
            Ok(reserved)
        }
    }
}

pub(super) async fn run() {
    let flaky = Flaky::times(1);
    let inventory = Inventory {
        flaky: flaky.clone(),
        notes: 0,
    };
    assert_eq!(inventory.clone().order(&["a", "bc"]).await, Ok(3));
    assert_eq!(inventory.order(&["ab", "cd"]).await, Err(Error::Gone));
    assert_eq!(flaky.undos(), 3);
}
