use std::{io, sync::Arc};

use http::StatusCode;
use resilience::{Classify, Rejection, Verdict};

#[derive(Debug, thiserror::Error, Classify)]
enum Error {
    #[error("io")]
    #[inherit]
    Io(#[from] io::Error),
    #[error("boxed")]
    #[inherit]
    Boxed(#[source] Box<Status>),
    #[error("{at}")]
    #[inherit]
    Shared { at: u32, source: Arc<Status> },
    #[error("{0}")]
    #[inherit]
    Only(Rejection),
    #[error("{0}")]
    #[by_status(0)]
    Number(u16),
    #[error("{status}")]
    #[by_status(status, after = wait)]
    Code {
        status: StatusCode,
        wait: Option<std::time::Duration>,
    },
}

#[derive(Debug, Clone, thiserror::Error, Classify)]
#[error("{code}")]
#[by_status(code)]
struct Status {
    code: u16,
}

pub(super) async fn run() {
    std::future::ready(()).await;
    let (code, full) = (
        |code| Status { code },
        Rejection::BulkheadFull { site: "s" },
    );
    for (error, verdict) in [
        (
            Error::from(io::Error::from(io::ErrorKind::NotFound)),
            Verdict::permanent(),
        ),
        (Error::Boxed(Box::new(code(404))), Verdict::permanent()),
        (
            Error::Shared {
                at: 1,
                source: Arc::new(code(429)),
            },
            Verdict::throttled(),
        ),
        (Error::Only(full), Verdict::retryable()),
        (Error::Number(404), Verdict::permanent()),
        (
            Error::Code {
                status: StatusCode::NOT_FOUND,
                wait: None,
            },
            Verdict::permanent(),
        ),
    ] {
        assert_eq!(error.classify(), verdict, "{error:?}");
    }
}
