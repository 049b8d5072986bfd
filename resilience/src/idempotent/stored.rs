//! The layer over a store.

use std::{
    fmt::{Display, Write as _},
    future::Future,
    time::Duration,
};

use resilience_policy::Idempotent as Policy;

use super::{Begun, IdempotencyStore, StoreError};
use crate::{
    call::Call,
    event::call_event,
    outcome::Outcome,
    rejection::Rejection,
    site::Site,
    time::{Sleep, later, millis, now},
};

/// A store that asks to be asked again at once is not asked in a busy loop.
const SOONEST: Duration = Duration::from_millis(1);

/// The surroundings of an `idempotent` layer, as the glue hands them over.
#[derive(Debug, Clone, Copy)]
pub struct IdempotentLayer<'a> {
    /// The annotated function.
    pub site: &'static Site,
    /// How long a result answers.
    pub policy: Policy,
    /// Hears of rejections.
    pub call: Option<&'a Call>,
}

/// A key that a store can be asked for.
#[diagnostic::on_unimplemented(
    message = "R058: a store is asked by text, and `{Self}` has none",
    label = "this key needs `Display`",
    note = "write the key as text, such as `key = format!(\"{{tenant}}/{{id}}\")`"
)]
pub trait StoreKey {
    /// Writes the key behind the name of the site.
    fn write(&self, text: &mut String);
}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> StoreKey for T {
    fn write(&self, text: &mut String) {
        // Writing to a string does not fail; a `Display` that does has said what it could.
        let _ = write!(text, "{self}");
    }
}

/// The key as a store knows it: `module::function/key`.
pub fn store_key<T: StoreKey + ?Sized>(site: &'static Site, key: &T) -> String {
    let mut text = format!("{}/", site.name());
    key.write(&mut text);
    text
}

/// Runs `inner` if `store` gives it the key, and keeps there what it brings.
pub async fn idempotent_in<R, S, F, J>(
    store: &S,
    layer: IdempotentLayer<'_>,
    key: String,
    inner: F,
    reject: J,
) -> R
where
    R: Outcome,
    S: IdempotencyStore<R::Ok>,
    F: Future<Output = R>,
    J: Fn(Rejection) -> R,
{
    let ttl = layer.policy.time_to_live();
    let claim = loop {
        match store.begin(&key, ttl).await {
            Ok(Begun::New(claim)) => break claim,
            Ok(Begun::Done(value)) => return R::from_result(Ok(value)),
            Ok(Begun::InProgress { retry_after }) => {
                waits(layer.site, retry_after);
                Sleep::Until(later(now(), retry_after.max(SOONEST))).await;
            }
            Err(_) => return reject(failed(&layer)),
        }
    };
    // Dropped or panicking from here on, the claim is left to its lease: nobody can say whether
    // the call has had its effect.
    let outcome = inner.await;
    let told = match outcome.as_result() {
        Ok(value) => store.complete(claim, value, ttl).await,
        Err(_) => store.abandon(claim).await.map(|()| true),
    };
    report(layer.site, outcome.as_result().is_ok(), &told);
    outcome
}

#[cold]
fn waits(site: &'static Site, retry_after: Duration) {
    call_event!(
        DEBUG,
        "idempotent_in_progress",
        site.name(),
        retry_after_ms = millis(retry_after)
    );
}

/// The store does not say who has the key, so the call does not run.
#[cold]
fn failed(layer: &IdempotentLayer<'_>) -> Rejection {
    if let Some(call) = layer.call {
        call.reject();
    }
    let site = layer.site.name();
    call_event!(WARN, "idempotent_store_failed", site);
    Rejection::StoreFailed {
        site,
        reason: "the store failed",
    }
}

fn report(site: &'static Site, succeeded: bool, told: &Result<bool, StoreError>) {
    match (told, succeeded) {
        (Ok(true), _) => {}
        (Ok(false), _) => call_event!(WARN, "idempotent_lease_lost", site.name()),
        (Err(_), true) => call_event!(WARN, "idempotent_not_kept", site.name()),
        (Err(_), false) => call_event!(WARN, "idempotent_not_freed", site.name()),
    }
}
