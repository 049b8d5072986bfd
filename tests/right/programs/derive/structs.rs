use std::{io, time::Duration};

use resilience::{Classify, Rejection, Verdict};

#[derive(Debug, Classify)]
#[permanent]
struct Unit;

#[derive(Debug, Classify)]
#[retryable(after = 0)]
struct Tuple(Duration);

#[derive(Debug, Classify)]
#[throttled(after = wait)]
struct Named {
    wait: Option<Duration>,
}

#[derive(Debug, thiserror::Error, Classify)]
#[error(transparent)]
#[inherit]
struct Newtype(#[from] io::Error);

#[derive(Debug, Classify)]
#[inherit]
struct Wrapped<'a> {
    rejection: &'a Rejection,
}

pub(super) async fn run() {
    std::future::ready(()).await;
    let wait = Duration::from_secs(1);
    assert_eq!(Unit.classify(), Verdict::permanent());
    assert_eq!(Tuple(wait).classify(), Verdict::retryable().after(wait));
    assert_eq!(Named { wait: None }.classify(), Verdict::throttled());
    assert!(
        !Newtype(io::ErrorKind::NotFound.into())
            .classify()
            .is_retryable()
    );
    let rejection = &Rejection::BulkheadFull { site: "s" };
    assert_eq!(Wrapped { rejection }.classify(), Verdict::retryable());
}
