use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

macro_rules! from_parts {
    ($(#[$attr:meta])* $vis:vis fn $name:ident($arg:ident: $ty:ty) -> $ok:ty, $pat:pat, $limit:literal, $value:expr_2021, $body:block) => {
        $(#[$attr])*
        #[fallback(value = $value, on = $pat)]
        #[timeout(5s)]
        #[retry(max = $limit)]
        $vis async fn $name(flaky: &Flaky, $arg: $ty) -> Result<$ok, Error> {
            flaky.attempt()?;
            $body
        }
    };
}

macro_rules! from_tokens {
    ($($item:tt)*) => {
        #[retry(max = 1)]
        $($item)*
    };
}

macro_rules! from_an_item {
    ($item:item) => {
        #[timeout(1s)]
        $item
    };
}

from_parts!(
    /// Documented.
    pub(super) fn parts(n: u32) -> u32, Error::Gone, 2, 7 + 1, {
        let n = n + 1;
        if n == 1 { Err(Error::Gone) } else { Ok(n - 1) }
    }
);

from_tokens! {
    async fn tokens(flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        Ok(2)
    }
}

from_an_item! {
    #[retry]
    async fn item(flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        Ok(3)
    }
}

pub(super) async fn run() {
    assert_eq!(parts(&Flaky::times(2), 1).await, Ok(1));
    assert_eq!(parts(&Flaky::times(0), 0).await, Ok(8));
    assert_eq!(tokens(&Flaky::times(1)).await, Ok(2));
    assert_eq!(item(&Flaky::times(1)).await, Ok(3));
}
