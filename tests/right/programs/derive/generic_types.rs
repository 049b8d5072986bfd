use std::{fmt::Debug, marker::PhantomData};

use resilience::{Classify, Verdict};

#[derive(Debug, Classify)]
enum Failed<'a, E: Debug, T = u32, const N: usize = 1>
where
    T: Copy,
{
    #[inherit]
    Inner(E),
    #[permanent]
    Other(&'a T, [u8; N]),
    #[permanent]
    Never(PhantomData<T>),
}

#[derive(Debug, Classify)]
#[retryable]
struct Busy;

pub(super) async fn run() {
    std::future::ready(()).await;
    assert_eq!(Failed::<Busy>::Inner(Busy).classify(), Verdict::retryable());
    let other: Failed<'_, Busy> = Failed::Other(&3, [1]);
    assert_eq!(other.classify(), Verdict::permanent());
    if let Failed::Other(n, bytes) = other {
        assert_eq!((*n, bytes), (3, [1]));
    }
    let never: Failed<'_, Busy> = Failed::Never(PhantomData);
    assert_eq!(never.classify(), Verdict::permanent());
}
