//! The shop: what an order is, and the saga that fulfils it.

pub mod http;
pub mod inventory;
pub mod mail;
pub mod payment;

use self::{
    inventory::{InventoryError, reserve, ship},
    mail::{Confirmation, MailError, confirm},
    payment::{Charge, PaymentError, charge},
};

/// What a customer wants. Everything an undo may need later is in it, and it is plain data.
#[derive(Debug, Clone)]
pub struct Order {
    pub number: u32,
    /// Where it is paid: every region has its own bank behind the gateway.
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

/// Fulfils an order or leaves nothing behind.
pub async fn checkout(order: &Order) -> Result<Receipt, CheckoutError> {
    let reservation = reserve(order).await?; // undone by `release`
    let charge = charge(order).await?; // undone by `refund`
    ship(&reservation).await?;
    let confirmation = confirm(order).await?; // falls back to the outbox: cannot fail
    Ok(Receipt {
        charge,
        confirmation,
    })
}
