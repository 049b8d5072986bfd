//! The shop: what an order is, and the saga that fulfils it.

pub mod http;
pub mod inventory;
pub mod mail;
pub mod payment;

use std::time::Duration;

use reqwest::StatusCode;
use resilience::{Rejection, Retry, Schedule, saga};

use self::{
    inventory::{InventoryError, reserve, ship},
    mail::{Confirmation, MailError, confirm},
    payment::{Charge, PaymentError, charge},
};

/// Where the shop sells. Every region has its own bank behind the payment gateway.
pub const REGIONS: [&str; 3] = ["eu", "us", "asia"];

/// How the simpler calls are tried again. A policy is a value: attributes can share it by name.
const PATIENT: Retry = Retry::new()
    .max(4)
    .backoff(Schedule::exponential(Duration::from_millis(20)).cap(Duration::from_millis(100)));

/// What a customer wants. Everything an undo may need later is in it, and it is plain data.
#[derive(Debug, Clone)]
pub struct Order {
    pub number: u32,
    pub region: &'static str,
    pub cents: u64,
}

/// What the customer gets.
#[derive(Debug)]
pub struct Receipt {
    pub charge: Charge,
    pub confirmation: Confirmation,
}

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    #[error(transparent)]
    Inventory(#[from] InventoryError),
    #[error(transparent)]
    Payment(#[from] PaymentError),
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// Fulfils an order, or leaves nothing behind.
#[saga]
pub async fn checkout(order: &Order) -> Result<Receipt, CheckoutError> {
    let reservation = reserve(order).await?; // #[compensate(release)]
    let charge = charge(order).await?; // #[compensate(refund(order))]
    ship(&reservation).await?; // fails → the money goes back, then the goods
    let confirmation = confirm(order).await?; // #[fallback(put_into_outbox)]
    Ok(Receipt {
        charge,
        confirmation,
    })
}

impl Order {
    /// An order made up from its number.
    pub const fn example(number: u32) -> Self {
        let region = REGIONS[number as usize % REGIONS.len()];
        Self {
            number,
            region,
            cents: 999 + number as u64 * 7919 % 9000,
        }
    }
}

impl CheckoutError {
    /// The reason in a few words, without names and numbers.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Inventory(InventoryError::OutOfStock) => "out of stock",
            Self::Inventory(InventoryError::Damaged) => "goods damaged",
            Self::Payment(PaymentError::Declined) => "card declined",
            Self::Payment(PaymentError::Rejected(Rejection::CircuitOpen { .. })) => {
                "payment circuit open"
            }
            Self::Payment(PaymentError::Gateway(error))
                if error.status() == Some(StatusCode::TOO_MANY_REQUESTS) =>
            {
                "payment gateway busy for too long"
            }
            _ => "service unavailable",
        }
    }

    /// How long it makes no sense to try the next order.
    pub const fn pause(&self) -> Option<Duration> {
        match self {
            Self::Payment(PaymentError::Rejected(rejection)) => rejection.retry_after(),
            _ => None,
        }
    }
}
