use std::time::Duration;

use resilience::{Schedule, retry};

use crate::{Error, Flaky};

const BACKOFF: Schedule = Schedule::constant(Duration::from_millis(3));

macro_rules! backoffs {
    ($($name:ident($($args:tt)*))*) => {
        $(#[retry(max = 2, $($args)*)]
        async fn $name(flaky: &Flaky) -> Result<u32, Error> {
            flaky.attempt()?;
            Ok(1)
        })*

        pub(super) async fn run() {
            $(assert_eq!($name(&Flaky::times(2)).await, Ok(1), stringify!($name));)*
        }
    };
}

backoffs! {
    exponential(backoff = exponential(1ms), jitter = full)
    factor(backoff = exponential(250us, factor = 3, cap = 1.5s), jitter = equal)
    constant(backoff = constant(5ms), jitter = decorrelated)
    linear(backoff = linear(5ms), jitter = none)
    linear_capped(backoff = linear(5ms, cap = 7ms))
    fibonacci(backoff = fibonacci(5ms, cap = 1m))
    none(backoff = none)
    of_a_constant(backoff = BACKOFF)
    of_an_expression(backoff = Schedule::constant(Duration::from_millis(2)), jitter = full)
}
