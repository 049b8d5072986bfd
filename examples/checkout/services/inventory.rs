//! The inventory: goods are reserved, then either released or shipped.

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

/// What became of the goods of one order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Goods {
    pub order: u32,
    /// Reservations that are neither released nor shipped.
    pub reserved: u32,
    pub released: u32,
    pub shipped: u32,
}

#[derive(Debug, Clone, Serialize)]
struct Reserved {
    id: String,
    order: u32,
}

#[derive(Default)]
struct Warehouse {
    goods: BTreeMap<u32, Goods>,
    reserved: Once<Reserved>,
    released: Once<()>,
    shipped: Once<()>,
}

pub fn routes(plan: Plan) -> Router {
    Router::new()
        .route("/orders/{order}/reserve", post(reserve))
        .route("/orders/{order}/release", post(release))
        .route("/orders/{order}/ship", post(ship))
        .route("/ledger", get(ledger))
        .with_state((plan, Shared::new()))
}

type Store = State<(Plan, Shared<Warehouse>)>;

async fn reserve(
    State((plan, warehouse)): Store,
    Path(order): Path<u32>,
    key: Key,
) -> Result<Json<Reserved>, StatusCode> {
    if plan.fate(order) == Fate::OutOfStock {
        return Err(StatusCode::CONFLICT);
    }
    let Warehouse {
        goods, reserved, ..
    } = &mut *warehouse.lock();
    let answer = reserved.run(key, || {
        goods
            .entry(order)
            .or_insert(Goods {
                order,
                ..Goods::default()
            })
            .reserved += 1;
        Reserved {
            id: format!("rs-{order}"),
            order,
        }
    });
    Ok(Json(answer))
}

async fn release(State((_, warehouse)): Store, Path(order): Path<u32>, key: Key) -> Json<()> {
    let Warehouse {
        goods, released, ..
    } = &mut *warehouse.lock();
    released.run(key, || {
        if let Some(goods) = goods.get_mut(&order) {
            goods.reserved = goods.reserved.saturating_sub(1);
            goods.released += 1;
        }
    });
    Json(())
}

async fn ship(
    State((plan, warehouse)): Store,
    Path(order): Path<u32>,
    key: Key,
) -> Result<Json<()>, StatusCode> {
    if plan.fate(order) == Fate::Damaged {
        return Err(StatusCode::GONE);
    }
    let Warehouse { goods, shipped, .. } = &mut *warehouse.lock();
    shipped.run(key, || {
        if let Some(goods) = goods.get_mut(&order) {
            goods.reserved = goods.reserved.saturating_sub(1);
            goods.shipped += 1;
        }
    });
    Ok(Json(()))
}

async fn ledger(State((_, warehouse)): Store) -> Json<Ledger<Goods>> {
    Json(Ledger {
        entries: warehouse.lock().goods.values().cloned().collect(),
    })
}
