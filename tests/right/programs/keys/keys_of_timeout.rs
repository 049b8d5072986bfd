use std::time::Duration;

use resilience::{retry, timeout};

use crate::Error;

const LIMIT: Duration = Duration::from_secs(30);
static HOUR: Duration = Duration::from_secs(3600);

mod limits {
    use std::time::Duration;

    pub(super) const INNER: Duration = Duration::from_secs(1);
}

macro_rules! limited {
    ($n:ident: $($name:ident($($limit:tt)*))*) => {
        $(#[timeout($($limit)*)]
        async fn $name($n: u32) -> Result<u32, Error> {
            Ok($n)
        })*

        async fn run_all() {
            $(assert_eq!($name(1).await, Ok(1), stringify!($name));)*
        }
    };
}

limited! {
    n:
    days(7d)
    hours(2h)
    minutes(5m)
    also_minutes(5min)
    seconds(30s)
    halves(1.5s)
    milliseconds(250ms)
    microseconds(500us)
    thousands(1_000ms)
    constant(LIMIT)
    path(limits::INNER)
    expression(LIMIT * 2 + limits::INNER)
    of_an_argument(Duration::from_secs(u64::from(n)))
    of_a_static(HOUR / 2)
    of_a_block({ LIMIT })
    named(30s, name = "keys of timeout")
}

#[timeout(60s, fits)]
#[retry(max = 2, backoff = constant(1s), after_max = 2s)]
#[timeout(10s)]
async fn proven(n: u32) -> Result<u32, Error> {
    Ok(n)
}

pub(super) async fn run() {
    run_all().await;
    assert_eq!(proven(2).await, Ok(2));
}
