//! The client of the mail service, and the outbox for days when it is down.

use resilience::{Classify, Rejection, fallback, retry, timeout};
use tokio::sync::Mutex;

use super::{
    Order,
    http::{ServiceError, call, post},
};

/// How the customer hears about the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// The mail has gone out.
    Sent,
    /// It waits in the outbox.
    Queued,
}

/// Why no mail goes out.
#[derive(Debug, thiserror::Error, Classify)]
pub enum MailError {
    #[error("mail service: {0}")]
    #[inherit]
    Service(#[from] ServiceError),
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

/// Tells the customer; later, if it cannot be done now. A sold order does not fail for a mail.
#[fallback(put_into_outbox)]
#[retry(max = 2, on = Retryable, backoff = exponential(20ms, cap = 100ms))]
#[timeout(500ms)]
pub async fn confirm(order: &Order) -> Result<Confirmation, MailError> {
    let key = format!("confirm-{}", order.number);
    let request = post(|at| &at.mail, order.number, "send", key);
    call::<()>(request).await?;
    Ok(Confirmation::Sent)
}

/// Orders whose mail is sent later. In real life this is a table in the order's own database.
static OUTBOX: Mutex<Vec<u32>> = Mutex::const_new(Vec::new());

async fn put_into_outbox(order: &Order) -> Result<Confirmation, MailError> {
    OUTBOX.lock().await.push(order.number);
    Ok(Confirmation::Queued)
}
