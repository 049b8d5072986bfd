//! The `cache` layer: keeps what a call brought, and lets one caller at a time load it.

mod look;
mod order;
mod registry;
mod shard;
mod store;

use std::{borrow::Borrow, fmt, hash::Hash, time::Duration};

use resilience_policy::Cache as CachePolicy;

#[cfg(feature = "testing")]
pub(crate) use self::registry::reset_all;
pub use self::{
    look::{CacheFuture, Load, Look, Missed, cached, hit},
    registry::{CacheHandle, caches},
    store::Cacheable,
};
use self::{registry::Listed as _, store::Store};
use crate::{
    instances::Instances,
    keyed::{TypedKey, hash_of_owned},
    outcome::Outcome,
    site::{Name, Site},
};

/// A cache that several functions share, or from which values are to be removed by key.
///
/// `#[cache(60s)]` makes one of its own for each function. A `static` of this type is used by
/// every function that names it; `K` is what is kept of the key (`String` for a `&str`, a tuple
/// for several arguments), `V` what the function returns in `Ok`.
///
/// Defaults: at most 10 000 values; none is given once it is older than its time to live.
///
/// ```
/// use std::{io, time::Duration};
/// use resilience::{Cache, cache};
///
/// static USERS: Cache<u64, String> = Cache::new("users", Duration::from_secs(60)).max(500);
///
/// #[cache(USERS)]
/// async fn user(id: u64) -> io::Result<String> {
///     Ok(format!("user {id}"))
/// }
///
/// async fn rename(id: u64, name: &str) -> io::Result<()> {
///     // … write it to the database, and then:
///     USERS.invalidate(&id);
///     Ok(())
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// user(7).await.unwrap();
/// assert_eq!(USERS.len(), 1);
/// rename(7, "Ada").await.unwrap();
/// assert_eq!(USERS.len(), 0);
/// # }
/// ```
pub struct Cache<K: Send + Sync + 'static, V: Clone + Send + Sync + 'static> {
    policy: CachePolicy,
    store: Store<K, V>,
}

impl<K: Send + Sync + 'static, V: Clone + Send + Sync + 'static> Cache<K, V> {
    /// An empty cache whose values live for `ttl`. The name is the one in events and in
    /// [`caches`].
    #[must_use]
    pub const fn new(name: &'static str, ttl: Duration) -> Self {
        Self {
            policy: CachePolicy::new(ttl),
            store: Store::new(Name::Given(name)),
        }
    }

    /// How many values are kept. Default 10 000.
    #[must_use]
    pub const fn max(mut self, max: u32) -> Self {
        self.policy = self.policy.max(max);
        self
    }

    /// For so long after its time a value still answers: to everybody while one caller fetches a
    /// new one, and to that caller where it fails. Default: not at all.
    #[must_use]
    pub const fn stale(mut self, stale: Duration) -> Self {
        self.policy = self.policy.stale(stale);
        self
    }

    /// The policy it was made with.
    pub const fn policy(&self) -> &CachePolicy {
        &self.policy
    }

    /// The name it was made with.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.store.name()
    }

    /// Forgets the value of a key; says whether there was one.
    ///
    /// Calls that begin after this load anew. A load that is under way may be older: it answers
    /// those who wait for it already, and is not kept.
    pub fn invalidate<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let same = |kept: &K| kept.borrow() == key;
        self.store.invalidate(hash_of_owned(key), same)
    }

    /// Forgets all values. What loads that are under way bring is not kept.
    pub fn clear(&self) {
        self.store.clear();
    }

    /// How many values it holds, those whose time has passed included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether it holds no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it has counted.
    #[must_use]
    pub fn counters(&self) -> CacheCounters {
        self.store.counters()
    }
}

impl<K: Send + Sync + 'static, V: Clone + Send + Sync + 'static> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("name", &self.name())
            .field("policy", &self.policy)
            .field("store", &self.store)
            .finish()
    }
}

/// What a cache has counted since the start of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheCounters {
    /// Calls answered by a value that was there.
    pub hits: u64,
    /// Calls that ran the function.
    pub misses: u64,
    /// Calls that waited for another one to load their value, and got it.
    pub waited: u64,
    /// Calls answered by an old value while another call loaded a new one.
    pub stale: u64,
    /// Calls that failed to load a new value and were answered by the old one.
    pub refresh_failed: u64,
    /// Values that went because there was no room.
    pub evicted: u64,
}

/// The cache of an annotated function, one for each of its instances.
#[derive(Debug)]
pub struct Caches {
    site: &'static Site,
    instances: Instances,
}

impl Caches {
    /// Nothing is kept yet.
    #[must_use]
    pub const fn of(site: &'static Site) -> Self {
        Self {
            site,
            instances: Instances::new(),
        }
    }

    /// Looks for a key. `mark` is of a type that only this instance of the function has.
    #[inline]
    pub fn look<R, V, M, Q>(&'static self, policy: &CachePolicy, _mark: M, key: &Q) -> Look<V, R>
    where
        R: Outcome<Ok = V>,
        V: Cacheable,
        M: 'static,
        Q: TypedKey,
    {
        let store = self
            .instances
            .of::<M, Store<Q::Owned, V>>(|| Store::new(Name::Of(self.site)));
        store.look(policy, key)
    }
}

/// `#[cache(PATH)]`, by the type of what the path names: a constant time to live, or a shared
/// cache.
#[derive(Debug)]
pub struct CacheOf<T: 'static>(pub &'static T);

impl CacheOf<Duration> {
    /// The function's own cache, with this time to live.
    #[must_use]
    pub const fn named(&self) -> Own {
        Own(CachePolicy::new(*self.0))
    }
}

impl<K: Send + Sync + 'static, V: Clone + Send + Sync + 'static> CacheOf<Cache<K, V>> {
    /// The shared cache.
    #[must_use]
    pub const fn named(&self) -> Shared<K, V> {
        Shared(self.0)
    }
}

/// Says of what is neither that it is none: found where `CacheOf` has no `named` itself.
pub trait NoCache<T>: Sized {
    /// Never called.
    fn named(&self) -> Own
    where
        T: CacheValue,
    {
        Own(CachePolicy::new(Duration::ZERO))
    }
}

impl<T> NoCache<T> for CacheOf<T> {}

/// A value that could stand alone in `#[cache(PATH)]`.
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is neither a time nor a cache",
    label = "how long a value lives is a `Duration`, a shared cache a `static` `Cache`",
    note = "write `#[cache(60s)]`, a constant of the type `Duration`, or the path of a `static USERS: Cache<…>`"
)]
pub trait CacheValue {}

/// Found before, as a cache is; told for the list of what there is.
impl CacheValue for Duration {}

/// A cache of the function's own.
#[derive(Debug)]
pub struct Own(CachePolicy);

impl Own {
    /// Its policy.
    pub const fn policy(&self) -> CachePolicy {
        self.0
    }

    /// Looks into it.
    #[inline]
    pub fn look<R, M, Q>(&self, own: &'static Caches, mark: M, key: &Q) -> Look<R::Ok, R>
    where
        R: Outcome<Ok: Cacheable>,
        M: 'static,
        Q: TypedKey,
    {
        own.look::<R, R::Ok, M, Q>(&self.0, mark, key)
    }
}

/// A cache with a name.
#[derive(Debug)]
pub struct Shared<K: Send + Sync + 'static, V: Clone + Send + Sync + 'static>(&'static Cache<K, V>);

impl<K: Send + Sync + 'static, V: Clone + Send + Sync + 'static> Shared<K, V> {
    /// Its policy.
    pub const fn policy(&self) -> CachePolicy {
        *self.0.policy()
    }

    /// Looks into it.
    #[inline]
    pub fn look<R, M, Q>(&self, _own: &'static Caches, _mark: M, key: &Q) -> Look<R::Ok, R>
    where
        R: Outcome<Ok = V>,
        Q: TypedKey<Owned = K>,
    {
        self.0.store.look(&self.0.policy, key)
    }
}
