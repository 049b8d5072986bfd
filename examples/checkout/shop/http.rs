//! One HTTP exchange, and what can go wrong with it.

use std::{error::Error, sync::OnceLock};

use reqwest::{Client, RequestBuilder, StatusCode};
use resilience::{
    Classify,
    http::{ResponseExt as _, StatusError},
};
use serde::de::DeserializeOwned;

use crate::services::Services;

/// The services and the connections to them. Clients live in a static, so that an undo is given
/// nothing but data: it may run long after the call it undoes, even in another process.
static NETWORK: OnceLock<(Services, Client)> = OnceLock::new();

/// Tells the clients where the services are. The first call counts.
pub fn connect(services: Services) {
    NETWORK.get_or_init(|| (services, Client::new()));
}

/// The request for one step of an order. With the same key it is safe to send it again.
#[expect(
    clippy::expect_used,
    reason = "main connects before it takes the first order"
)]
pub fn post(at: fn(&Services) -> &str, order: u32, step: &str, key: String) -> RequestBuilder {
    let (services, client) = NETWORK
        .get()
        .expect("`connect` comes before the first order");
    client
        .post(format!("{}/orders/{order}/{step}", at(services)))
        .header("idempotency-key", key)
}

/// What can go wrong between two services, whatever they talk about.
#[derive(Debug, thiserror::Error, Classify)]
pub enum ServiceError {
    /// An answer with an error status. It knows what `Retry-After` asked for.
    #[error("answered {}", .0.status())]
    #[inherit]
    Status(#[from] StatusError),
    /// No answer, or not a whole one.
    #[error("{}", root(.0))]
    #[inherit]
    Transport(#[from] reqwest::Error),
}

impl ServiceError {
    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status(error) => Some(error.status()),
            Self::Transport(_) => None,
        }
    }
}

/// Sends the request and reads the whole answer, which may break off in the middle.
pub async fn call<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ServiceError> {
    // The layers report what they decide; these two events are about the attempts themselves.
    tracing::trace!(kind = "attempt");
    let answer = exchange(request).await;
    if let Err(error) = &answer {
        let asked_to_wait = error.classify().after.is_some();
        tracing::debug!(kind = "attempt_failed", %error, asked_to_wait);
    }
    answer
}

async fn exchange<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ServiceError> {
    Ok(request.send().await?.classified()?.json().await?)
}

/// The innermost cause: the outer ones say where it happened, this one says what.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
