use resilience::{circuit, retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[circuit(key = N)]
#[timeout(1s)]
async fn take<T: Copy + Send + Sync, const N: usize>(
    flaky: &Flaky,
    all: &[T],
) -> Result<[T; N], Error> {
    flaky.attempt()?;
    all.first_chunk::<N>().copied().ok_or(Error::Gone)
}

pub(super) async fn run() {
    assert_eq!(take(&Flaky::times(1), &[1, 2, 3]).await, Ok([1, 2]));
}
