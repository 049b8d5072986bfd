//! The mail service: sends each mail once.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use super::{Key, Ledger, Once, Shared};

/// The mails of one order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mails {
    pub order: u32,
    pub sent: u32,
}

#[derive(Default)]
struct Office {
    mails: BTreeMap<u32, u32>,
    sent: Once<()>,
}

pub fn routes() -> Router {
    Router::new()
        .route("/orders/{order}/send", post(send))
        .route("/ledger", get(ledger))
        .with_state(Shared::new())
}

async fn send(State(office): State<Shared<Office>>, Path(order): Path<u32>, key: Key) -> Json<()> {
    let Office { mails, sent } = &mut *office.lock();
    sent.run(key, || *mails.entry(order).or_default() += 1);
    Json(())
}

async fn ledger(State(office): State<Shared<Office>>) -> Json<Ledger<Mails>> {
    let entries = office
        .lock()
        .mails
        .iter()
        .map(|(&order, &sent)| Mails { order, sent })
        .collect();
    Json(Ledger { entries })
}
