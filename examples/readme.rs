//! The example of the README, with what it leaves out.
//!
//! Nobody listens where the gateway should be, so the charge falls back to an invoice. The test
//! `readme` holds the README against this file.

// What rustfmt makes of attribute columns is not what a reader wants.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::print_stdout, clippy::unused_async, reason = "an example prints, its undos do no more")]

use resilience::{Classify, Rejection, Step, circuit, compensate, fallback, retry, saga, timeout};
use resilience::http::{ResponseExt, StatusError};
use std::{sync::LazyLock, time::Duration};

#[derive(Debug, thiserror::Error, Classify)]
enum PaymentError {
    #[error("card declined: {0}")]  #[permanent]                Declined(String),
    #[error("gateway busy")]        #[throttled(after = wait)]  Busy { wait: Option<Duration> },
    #[error("gateway: {0}")]        #[inherit]                  Gateway(#[from] reqwest::Error),
    #[error("gateway: {0}")]        #[inherit]                  Status(#[from] StatusError),
    #[error(transparent)]           #[inherit]                  Rejected(#[from] Rejection),
}

#[compensate(refund)]                     // if a later step of the saga fails, undo this one
#[fallback(charge_by_invoice)]            // if the gateway stays down
#[retry(max = 3, on = Retryable)]         // spread in time, within a budget
#[circuit(failures = 5, cooldown = 30s)]  // no calls while it is down
#[timeout(10s)]                           // each attempt
async fn charge(order: &Order) -> Result<Charge, PaymentError> {
    let request = CLIENT.post(format!("{GATEWAY}/charge/{}", order.id));
    let request = request.header("Idempotency-Key", Step::key()); // the same for every attempt
    let answer = request.send().await?.classified()?;
    Ok(Charge { id: answer.text().await? })
}

#[saga]
async fn checkout(cart: Cart) -> Result<Receipt, PaymentError> {
    let order = create_order(&cart).await?;  // #[compensate(delete_order)]
    let charge = charge(&order).await?;      // fails → the order is deleted
    Ok(Receipt { charge })
}

const GATEWAY: &str = "http://127.0.0.1:1";
static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(reqwest::Client::new);

#[derive(Debug, Clone)]
struct Order { id: u64 }

#[derive(Debug, Clone)]
struct Charge { id: String }

struct Cart { order: u64 }

struct Receipt { charge: Charge }

#[compensate(delete_order)]
async fn create_order(cart: &Cart) -> Result<Order, PaymentError> {
    Ok(Order { id: cart.order })
}

async fn delete_order(order: &Order) -> Result<(), PaymentError> {
    println!("order {} deleted", order.id);
    Ok(())
}

async fn refund(charge: &Charge) -> Result<(), PaymentError> {
    println!("charge {} refunded", charge.id);
    Ok(())
}

async fn charge_by_invoice(order: &Order) -> Result<Charge, PaymentError> {
    match order.id {
        0 => Err(PaymentError::Declined("no invoice for order 0".into())),
        id => Ok(Charge { id: format!("invoice {id}") }),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for order in [7, 0] {
        match checkout(Cart { order }).await {
            Ok(receipt) => println!("order {order}: {}", receipt.charge.id),
            Err(error) => println!("order {order}: {error}"),
        }
    }
    let busy = PaymentError::Busy { wait: Some(Duration::from_secs(2)) };
    println!("{busy}: {:?}", busy.classify());
}
