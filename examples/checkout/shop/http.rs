//! One HTTP exchange, and what can go wrong with it.

use std::{sync::OnceLock, time::Duration};

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::services::Services;

/// The services and the connections to them. Clients live in a static, so that an undo is given
/// nothing but data: it may run long after the call it undoes, even in another process.
static NETWORK: OnceLock<(Services, Client)> = OnceLock::new();

/// Tells the clients where the services are. The first call counts.
pub fn connect(services: Services) {
    NETWORK.get_or_init(|| (services, Client::new()));
}

/// A POST to the path at one of the services.
pub fn post(service: fn(&Services) -> &str, path: &str) -> RequestBuilder {
    let (services, client) = NETWORK
        .get()
        .expect("`connect` is called before the first order");
    client.post(format!("{}{path}", service(services)))
}

/// What can go wrong between two services, whatever they talk about.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("429, {}", retry_after(*.wait))]
    Busy { wait: Option<Duration> },
    #[error("answered {status}")]
    Status { status: StatusCode },
    #[error("{}", root(.0))]
    Http(#[from] reqwest::Error),
    #[error("an answer that is no answer: {0}")]
    Garbled(#[from] serde_json::Error),
}

/// Sends the request and reads the whole answer, which may break off in the middle.
pub async fn call<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ServiceError> {
    tracing::trace!(kind = "attempt");
    let answer = exchange(request).await;
    if let Err(error) = &answer {
        let asked_to_wait = matches!(error, ServiceError::Busy { wait: Some(_) });
        tracing::debug!(kind = "attempt_failed", %error, asked_to_wait);
    }
    answer
}

async fn exchange<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ServiceError> {
    let response = request.send().await?;
    match response.status() {
        StatusCode::TOO_MANY_REQUESTS => Err(ServiceError::Busy {
            wait: wait(&response),
        }),
        status if !status.is_success() => Err(ServiceError::Status { status }),
        StatusCode::NO_CONTENT => Ok(serde_json::from_str("null")?),
        _ => Ok(serde_json::from_slice(&response.bytes().await?)?),
    }
}

fn wait(response: &Response) -> Option<Duration> {
    let text = response.headers().get("retry-after")?.to_str().ok()?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(text)
        .ok()?
        .duration_since(std::time::SystemTime::now())
        .ok()
}

fn retry_after(wait: Option<Duration>) -> String {
    wait.map_or_else(
        || "no Retry-After".to_owned(),
        |wait| format!("Retry-After {wait:.1?}"),
    )
}

/// The innermost reason: reqwest's own words name the URL, not the cause.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
