//! The client of the payment gateway.

use reqwest::StatusCode;
use serde::{Deserialize, Serialize};

use super::{
    Order,
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

#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error("card declined")]
    Declined,
    #[error("payment gateway: {0}")]
    Gateway(#[source] ServiceError),
}

impl From<ServiceError> for PaymentError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Status {
                status: StatusCode::PAYMENT_REQUIRED,
            } => Self::Declined,
            error => Self::Gateway(error),
        }
    }
}

pub async fn charge(order: &Order) -> Result<Charge, PaymentError> {
    let request = post(
        |at| &at.payment,
        &format!("/orders/{}/charge", order.number),
    )
    .header("idempotency-key", format!("charge-{}", order.number))
    .json(&ChargeRequest { cents: order.cents });
    Ok(call(request).await?)
}

pub async fn refund(order: &Order) -> Result<(), PaymentError> {
    let request = post(
        |at| &at.payment,
        &format!("/orders/{}/refund", order.number),
    )
    .header("idempotency-key", format!("refund-{}", order.number));
    Ok(call(request).await?)
}
