//! The client of the inventory.

use reqwest::StatusCode;
use resilience::{
    Classify, Rejection, compensate, retry,
    saga::{Step, Undo},
    timeout,
};
use serde::Deserialize;

use super::{
    Order, PATIENT,
    http::{ServiceError, call, post},
};

/// Goods put aside for an order.
#[derive(Debug, Clone, Deserialize)]
pub struct Reservation {
    pub order: u32,
}

/// Why the goods do not come.
#[derive(Debug, thiserror::Error, Classify)]
pub enum InventoryError {
    #[error("out of stock")]
    #[permanent]
    OutOfStock,
    #[error("goods damaged")]
    #[permanent]
    Damaged,
    #[error("inventory: {0}")]
    #[inherit]
    Service(#[source] ServiceError),
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

/// Puts the goods aside. Undone with what it returns.
#[compensate(release)]
#[timeout(2s)]
#[retry(PATIENT)]
#[timeout(500ms)]
pub async fn reserve(order: &Order) -> Result<Reservation, InventoryError> {
    let request = post(|at| &at.inventory, order.number, "reserve", Step::key());
    Ok(call(request).await?)
}

/// Puts the goods back.
#[retry(PATIENT)]
#[timeout(500ms)]
async fn release(reservation: &Reservation) -> Result<(), InventoryError> {
    let Reservation { order } = *reservation;
    let request = post(|at| &at.inventory, order, "release", Undo::key());
    Ok(call(request).await?)
}

/// Hands the goods over to the carrier: the point of no return.
#[retry(PATIENT)]
#[timeout(500ms)]
pub async fn ship(reservation: &Reservation) -> Result<(), InventoryError> {
    let Reservation { order } = *reservation;
    let request = post(|at| &at.inventory, order, "ship", format!("ship-{order}"));
    Ok(call(request).await?)
}

/// What the inventory's answers mean to an order.
impl From<ServiceError> for InventoryError {
    fn from(error: ServiceError) -> Self {
        match error.status() {
            Some(StatusCode::CONFLICT) => Self::OutOfStock,
            Some(StatusCode::GONE) => Self::Damaged,
            _ => Self::Service(error),
        }
    }
}
