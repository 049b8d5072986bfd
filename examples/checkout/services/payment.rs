//! The payment gateway: charges and refunds, each once for every idempotency key.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use super::{
    Key, Ledger, Once, Shared,
    faults::{Fate, Plan},
};

/// What the gateway did for one order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Account {
    pub order: u32,
    pub charged_cents: u64,
    pub refunded_cents: u64,
    pub charges: u32,
    pub refunds: u32,
}

#[derive(Debug, Deserialize)]
struct ChargeRequest {
    cents: u64,
}

#[derive(Debug, Clone, Serialize)]
struct Charge {
    id: String,
    cents: u64,
}

#[derive(Default)]
struct Gateway {
    accounts: BTreeMap<u32, Account>,
    charged: Once<Result<Charge, StatusCode>>,
    refunded: Once<()>,
}

pub fn routes(plan: Plan) -> Router {
    Router::new()
        .route("/orders/{order}/charge", post(charge))
        .route("/orders/{order}/refund", post(refund))
        .route("/ledger", get(ledger))
        .with_state((plan, Shared::new()))
}

type Gate = State<(Plan, Shared<Gateway>)>;

async fn charge(
    State((plan, gateway)): Gate,
    Path(order): Path<u32>,
    key: Key,
    Json(request): Json<ChargeRequest>,
) -> Result<Json<Charge>, StatusCode> {
    if plan.fate(order) == Fate::Declined {
        return Err(StatusCode::PAYMENT_REQUIRED);
    }
    let Gateway {
        accounts, charged, ..
    } = &mut *gateway.lock();
    let answer = charged.run(key, || {
        let account = accounts.entry(order).or_insert(Account {
            order,
            ..Account::default()
        });
        // A charge that arrives after its refund was on its way all the time: refused.
        if account.refunds > 0 {
            return Err(StatusCode::GONE);
        }
        account.charges += 1;
        account.charged_cents += request.cents;
        Ok(Charge {
            id: format!("ch-{order}"),
            cents: request.cents,
        })
    });
    answer.map(Json)
}

/// Gives back whatever was charged. With nothing charged it succeeds as well, and closes the
/// order: an undo must be able to come before the thing it undoes.
async fn refund(State((_, gateway)): Gate, Path(order): Path<u32>, key: Key) -> Json<()> {
    let Gateway {
        accounts, refunded, ..
    } = &mut *gateway.lock();
    refunded.run(key, || {
        let account = accounts.entry(order).or_insert(Account {
            order,
            ..Account::default()
        });
        account.refunds += 1;
        account.refunded_cents = account.charged_cents;
    });
    Json(())
}

async fn ledger(State((_, gateway)): Gate) -> Json<Ledger<Account>> {
    Json(Ledger {
        entries: gateway.lock().accounts.values().cloned().collect(),
    })
}
