use std::{io, time::Duration};

use resilience::{Classify, Rejection, circuit, fallback, retry, timeout};

use crate::Flaky;

#[derive(Debug, thiserror::Error, Classify)]
enum PaymentError {
    #[error("card declined: {0}")]
    #[permanent]
    Declined(String),
    #[error("gateway busy")]
    #[throttled(after = wait)]
    Busy { wait: Option<Duration> },
    #[error("gateway: {0}")]
    #[inherit]
    Gateway(#[from] io::Error),
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

#[fallback(value = 0, on = PaymentError::Declined(_) | PaymentError::Rejected(_))]
#[timeout(60s)]
#[retry(on = PaymentError::Busy { .. } | PaymentError::Gateway(_))]
#[circuit(on = PaymentError::Gateway(_))]
#[timeout(10s)]
async fn charge(flaky: &Flaky, amount: u32) -> Result<u32, PaymentError> {
    if amount == 0 {
        return Err(PaymentError::Declined("nothing".to_owned()));
    }
    flaky
        .attempt()
        .map_err(|_| io::ErrorKind::ConnectionReset)
        .map_err(io::Error::from)?;
    let wait = Some(Duration::from_millis(5));
    flaky.attempt().map_err(|_| PaymentError::Busy { wait })?;
    Ok(amount)
}

pub(super) async fn run() {
    assert_eq!(charge(&Flaky::times(2), 3).await.ok(), Some(3));
    assert_eq!(charge(&Flaky::times(0), 0).await.ok(), Some(0));
}
