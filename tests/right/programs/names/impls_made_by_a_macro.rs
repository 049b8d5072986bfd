use std::time::Duration;

use resilience::{circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

macro_rules! clients {
    ($($name:ident $(<$($life:lifetime),*>)? ($limit:expr_2021) { $($method:ident($($arg:ident: $ty:ty),*) => $value:expr_2021;)* })*) => {$(
        #[derive(Debug, Clone)]
        struct $name<'f>(&'f Flaky);

        impl<'f> $name<'f> {
            const LIMIT: Duration = $limit;

            $(
                #[fallback(Self::otherwise(flaky))]
                #[timeout(Self::LIMIT)]
                #[retry(when = |error| matches!(error, Error::Busy))]
                #[circuit(key = stringify!($method))]
                async fn $method(&self, flaky: &'f Flaky, $($arg: $ty),*) -> Result<u32, Error> {
                    flaky.attempt()?;
                    self.0.attempt()?;
                    Ok($value)
                }
            )*

            async fn otherwise(&self, flaky: &Flaky) -> Result<u32, Error> {
                std::future::ready(self).await;
                Ok(flaky.left())
            }
        }
    )*};
}

clients! {
    Orders(Duration::from_secs(60)) {
        load(id: u32, more: u32) => id + more;
        store(_id: u32) => 1;
    }
    Users(Duration::from_secs(30)) {
        load() => 2;
    }
}

pub(super) async fn run() {
    let (flaky, once) = (Flaky::times(0), Flaky::times(1));
    assert_eq!(Orders(&flaky).load(&once, 1, 2).await, Ok(3));
    assert_eq!(Orders(&flaky).store(&flaky, 1).await, Ok(1));
    assert_eq!(Users(&flaky).load(&flaky).await, Ok(2));
}
