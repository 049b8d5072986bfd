//! The client of the payment gateway.

use reqwest::StatusCode;
use resilience::{
    Classify, Rejection, circuit, compensate, retry,
    saga::{Step, Undo},
    timeout,
};
use serde::{Deserialize, Serialize};

use super::{
    Order, PATIENT,
    http::{ServiceError, call, post},
};

/// Money that moved.
#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    pub id: String,
    pub cents: u64,
}

#[derive(Debug, Serialize)]
struct ChargeRequest {
    cents: u64,
}

/// Why no money moved, or why nobody knows.
#[derive(Debug, thiserror::Error, Classify)]
pub enum PaymentError {
    #[error("card declined")]
    #[permanent]
    Declined,
    #[error("payment gateway: {0}")]
    #[inherit]
    Gateway(#[source] ServiceError),
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

/// Takes the money for an order.
///
/// An attempt may charge the card and lose the answer. So every attempt carries the same key, the
/// refund is enlisted *before* the first one, and it runs unless it is certain that nothing was
/// charged.
#[compensate(refund(order))]
#[timeout(3s)]
#[retry(max = 4, on = Retryable, backoff = exponential(20ms, cap = 100ms))]
#[circuit(failures = 3, cooldown = 500ms, probes = 1, key = order.region)]
#[timeout(500ms)]
pub async fn charge(order: &Order) -> Result<Charge, PaymentError> {
    let request = post(|at| &at.payment, order.number, "charge", Step::key())
        .json(&ChargeRequest { cents: order.cents });
    Ok(call(request).await?)
}

/// Gives the money back, if any was taken.
#[retry(PATIENT)]
#[timeout(500ms)]
async fn refund(order: &Order) -> Result<(), PaymentError> {
    let request = post(|at| &at.payment, order.number, "refund", Undo::key());
    Ok(call(request).await?)
}

/// What the gateway's answers mean to a payment.
impl From<ServiceError> for PaymentError {
    fn from(error: ServiceError) -> Self {
        match error.status() {
            Some(StatusCode::PAYMENT_REQUIRED) => Self::Declined,
            _ => Self::Gateway(error),
        }
    }
}
