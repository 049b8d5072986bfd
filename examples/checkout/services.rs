//! The other side: a payment gateway, an inventory and a mail service. Real HTTP servers on
//! loopback that misbehave on purpose, by a plan that depends on nothing but the seed.

pub mod faults;
pub mod inventory;
pub mod mail;
pub mod payment;
mod wire;

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    middleware::from_fn_with_state,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use self::{
    faults::{Faults, Plan},
    wire::{Cutter, CuttingListener},
};

/// Where the services listen.
#[derive(Debug, Clone)]
pub struct Services {
    pub payment: String,
    pub inventory: String,
    pub mail: String,
}

impl Services {
    /// Starts all three, each on a free port of 127.0.0.1.
    pub async fn start(plan: Plan) -> io::Result<Self> {
        Ok(Self {
            payment: serve(payment::routes(plan), plan).await?,
            inventory: serve(inventory::routes(plan), plan).await?,
            mail: serve(mail::routes(), plan).await?,
        })
    }
}

async fn serve(routes: Router, plan: Plan) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let service = routes
        .layer(from_fn_with_state(Faults::new(plan), faults::misbehave))
        .into_make_service_with_connect_info::<Cutter>();
    tokio::spawn(axum::serve(CuttingListener(listener), service).into_future());
    Ok(url)
}

/// What a service remembers, one entry for each order, for whoever asks `GET /ledger`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ledger<T> {
    pub entries: Vec<T>,
}

/// State shared by the handlers of one service.
struct Shared<T>(Arc<Mutex<T>>);

impl<T: Default> Shared<T> {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// Does a thing once for each idempotency key, and answers later calls as it answered the first.
#[derive(Debug)]
struct Once<T>(HashMap<String, T>);

impl<T: Clone> Once<T> {
    fn run(&mut self, Key(key): Key, effect: impl FnOnce() -> T) -> T {
        self.0.entry(key).or_insert_with(effect).clone()
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

/// The `Idempotency-Key` of a request; without one it is refused, for retries would be unsafe.
struct Key(String);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let key = parts
            .headers
            .get("idempotency-key")
            .and_then(|key| key.to_str().ok());
        key.map(|key| Self(key.to_owned()))
            .ok_or(StatusCode::BAD_REQUEST)
    }
}
