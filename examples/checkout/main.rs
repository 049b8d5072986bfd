//! A shop that sells through services that fail in every way services fail.

mod args;
mod services;
mod shop;
mod timeline;

use services::{Services, faults::Plan};
use shop::{Order, checkout, http};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let plan = Plan::new(7);
    http::connect(Services::start(plan).await?);
    for number in 1..=20 {
        let order = Order {
            number,
            region: "eu",
            cents: 1999,
        };
        let t = tokio::time::timeout(std::time::Duration::from_millis(400), checkout(&order)).await;
        eprintln!("{number} {:?}: {:?}", plan.fate(number), t);
    }
    Ok(())
}
