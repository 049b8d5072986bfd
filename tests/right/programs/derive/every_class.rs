use std::time::Duration;

use resilience::{Classify, Verdict};

#[derive(Debug, Classify)]
enum Error {
    #[retryable]
    Again,
    #[retryable(in_doubt)]
    Lost,
    #[throttled]
    Busy,
    #[throttled(after = wait, in_doubt)]
    Later { wait: Option<Duration> },
    #[throttled(after = 0)]
    Soon(Duration, u32),
    #[permanent]
    Wrong(String),
    #[permanent(in_doubt)]
    Broken {},
}

pub(super) async fn run() {
    std::future::ready(()).await;
    let wait = Duration::from_secs(1);
    for (error, verdict) in [
        (Error::Again, Verdict::retryable()),
        (Error::Lost, Verdict::retryable().in_doubt()),
        (Error::Busy, Verdict::throttled()),
        (
            Error::Later { wait: Some(wait) },
            Verdict::throttled().after(wait).in_doubt(),
        ),
        (Error::Soon(wait, 1), Verdict::throttled().after(wait)),
        (Error::Wrong("w".to_owned()), Verdict::permanent()),
        (Error::Broken {}, Verdict::permanent().in_doubt()),
    ] {
        assert_eq!(error.classify(), verdict, "{error:?}");
    }
    if let Error::Soon(_, more) = Error::Soon(wait, 2) {
        assert_eq!(more, 2);
    }
    if let Error::Wrong(why) = Error::Wrong("w".to_owned()) {
        assert_eq!(why, "w");
    }
}
