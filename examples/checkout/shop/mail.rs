//! The client of the mail service, and the outbox for days when it is down.

use std::sync::{Mutex, PoisonError};

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

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("mail service: {0}")]
    Service(#[from] ServiceError),
}

pub async fn confirm(order: &Order) -> Result<Confirmation, MailError> {
    let request = post(|at| &at.mail, &format!("/orders/{}/send", order.number))
        .header("idempotency-key", format!("send-{}", order.number));
    call::<()>(request).await?;
    Ok(Confirmation::Sent)
}

/// Orders whose mail is sent later. In real life this is a table in the order's own database.
static OUTBOX: Mutex<Vec<u32>> = Mutex::new(Vec::new());

async fn queue(order: &Order) -> Result<Confirmation, MailError> {
    OUTBOX
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(order.number);
    Ok(Confirmation::Queued)
}
