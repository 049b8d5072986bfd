use resilience::{circuit, retry};

use crate::{Error, Flaky};

#[derive(Clone)]
struct Shop<T> {
    flaky: Flaky,
    sold: Vec<T>,
}

impl<T: Clone + PartialEq> Shop<T> {
    #[retry(backoff = none)]
    fn sell(&mut self, item: T) -> Result<usize, Error> {
        self.flaky.attempt()?;
        self.sold.push(item);
        Ok(self.sold.len())
    }

    #[retry(backoff = none)]
    #[must_use = "what is left is the point of closing"]
    fn close(self) -> Result<Vec<T>, Error> {
        self.flaky.attempt()?;
        Ok(self.sold)
    }
}

trait Count {
    fn count(&self) -> Result<usize, Error>;

    #[retry(backoff = none)]
    fn twice(&self) -> Result<usize, Error> {
        self.count().map(|count| count * 2)
    }
}

impl<T> Count for Shop<T> {
    #[circuit(failures = 3)]
    fn count(&self) -> Result<usize, Error> {
        self.flaky.attempt().map(|()| self.sold.len())
    }
}

pub(super) async fn run() {
    let mut shop = Shop {
        flaky: Flaky::times(2),
        sold: Vec::new(),
    };
    assert_eq!(shop.sell("a"), Ok(1));
    assert_eq!(shop.twice(), Ok(2));
    assert_eq!(shop.close(), Ok(vec!["a"]));
    std::future::ready(()).await;
}
