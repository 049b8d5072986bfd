//! The client of the inventory.

use reqwest::StatusCode;
use serde::Deserialize;

use super::{
    Order,
    http::{ServiceError, call, post},
};

/// Goods put aside for an order.
#[derive(Debug, Clone, Deserialize)]
pub struct Reservation {
    pub id: String,
    pub order: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    #[error("out of stock")]
    OutOfStock,
    #[error("goods damaged")]
    Damaged,
    #[error("inventory: {0}")]
    Service(#[source] ServiceError),
}

impl From<ServiceError> for InventoryError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Status {
                status: StatusCode::CONFLICT,
            } => Self::OutOfStock,
            ServiceError::Status {
                status: StatusCode::GONE,
            } => Self::Damaged,
            error => Self::Service(error),
        }
    }
}

pub async fn reserve(order: &Order) -> Result<Reservation, InventoryError> {
    let request = post(
        |at| &at.inventory,
        &format!("/orders/{}/reserve", order.number),
    )
    .header("idempotency-key", format!("reserve-{}", order.number));
    Ok(call(request).await?)
}

pub async fn release(reservation: &Reservation) -> Result<(), InventoryError> {
    let request = post(
        |at| &at.inventory,
        &format!("/orders/{}/release", reservation.order),
    )
    .header("idempotency-key", format!("release-{}", reservation.order));
    Ok(call(request).await?)
}

pub async fn ship(reservation: &Reservation) -> Result<(), InventoryError> {
    let request = post(
        |at| &at.inventory,
        &format!("/orders/{}/ship", reservation.order),
    )
    .header("idempotency-key", format!("ship-{}", reservation.order));
    Ok(call(request).await?)
}
