//! Where the results of idempotent calls can be kept beside the memory of the process.

use std::{error::Error, future::Future, time::Duration};

/// Why a store could not answer.
pub type StoreError = Box<dyn Error + Send + Sync>;

/// What a store says about a key.
#[derive(Debug)]
#[non_exhaustive]
pub enum Begun<V, C> {
    /// Nobody has the key: this call does now, by this claim.
    New(C),
    /// Another call has it. Worth asking again after this time: the end of its lease, or sooner.
    InProgress {
        /// When to ask again.
        retry_after: Duration,
    },
    /// The result of the call that had it.
    Done(V),
}

/// A store for the results of idempotent calls that outlive the process, or are known to several.
///
/// `#[idempotent(key = …, store = STORE)]` asks it with the name of the site and the key as text.
/// Three rules make it safe:
///
/// * [`begin`](Self::begin) is atomic: of two calls with one key exactly one gets the claim.
/// * A claim has a lease. A call that panics, is dropped or whose process dies says nothing more:
///   its key is in doubt until the lease ends, and free after it.
/// * A claim has a token. Who comes back after its lease has ended, and another call has taken the
///   key, changes nothing.
///
/// ```
/// use std::{collections::HashMap, sync::Mutex, time::Duration};
/// use resilience::{Begun, IdempotencyStore, StoreError, idempotent};
/// use tokio::time::Instant;
///
/// /// One process, no lease: a sketch.
/// #[derive(Default)]
/// struct Table(Mutex<HashMap<String, Option<(Instant, u64)>>>);
///
/// impl IdempotencyStore<u64> for Table {
///     type Claim = String;
///
///     async fn begin(&self, key: &str, _ttl: Duration) -> Result<Begun<u64, String>, StoreError> {
///         let mut rows = self.0.lock().unwrap();
///         Ok(match rows.get(key) {
///             Some(Some((until, value))) if *until > Instant::now() => Begun::Done(*value),
///             Some(None) => Begun::InProgress { retry_after: Duration::from_millis(50) },
///             _ => {
///                 rows.insert(key.to_owned(), None);
///                 Begun::New(key.to_owned())
///             }
///         })
///     }
///
///     async fn complete(&self, key: String, value: &u64, ttl: Duration) -> Result<bool, StoreError> {
///         self.0.lock().unwrap().insert(key, Some((Instant::now() + ttl, *value)));
///         Ok(true)
///     }
///
///     async fn abandon(&self, key: String) -> Result<(), StoreError> {
///         self.0.lock().unwrap().remove(&key);
///         Ok(())
///     }
/// }
///
/// static TABLE: std::sync::LazyLock<Table> = std::sync::LazyLock::new(Table::default);
///
/// #[idempotent(key = payment, store = *TABLE)]
/// async fn charge(payment: &str, amount: u64) -> std::io::Result<u64> {
///     Ok(amount)
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(charge("p1", 100).await.unwrap(), 100);
/// assert_eq!(charge("p1", 999).await.unwrap(), 100);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is no store for results of type `{V}`",
    label = "an idempotency store for `{V}` is expected here",
    note = "implement `IdempotencyStore<{V}>` for it"
)]
pub trait IdempotencyStore<V>: Send + Sync {
    /// What proves that a call has a key: the key, and a token.
    type Claim: Send;

    /// Claims a key, or says what is known of it. Atomic.
    ///
    /// # Errors
    ///
    /// If the store cannot tell: the call is rejected and does not run.
    fn begin(
        &self,
        key: &str,
        ttl: Duration,
    ) -> impl Future<Output = Result<Begun<V, Self::Claim>, StoreError>> + Send;

    /// Keeps the result for `ttl`. `false` if the claim does not hold any more: another call has
    /// the key, and its result stays.
    ///
    /// # Errors
    ///
    /// If it may not have been kept: the caller has its result all the same, and the key is in
    /// doubt until the lease ends.
    fn complete(
        &self,
        claim: Self::Claim,
        value: &V,
        ttl: Duration,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Frees the key, if the claim still holds: the call has failed.
    ///
    /// # Errors
    ///
    /// If it may not have been freed: it is when the lease ends.
    fn abandon(&self, claim: Self::Claim) -> impl Future<Output = Result<(), StoreError>> + Send;
}
