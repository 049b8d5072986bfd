//! What one request carries with it: correlation id, metadata, checkpoints.

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::task::futures::TaskLocalFuture;

use crate::{
    event::event,
    time::{Instant, now},
};

/// Checkpoints one context remembers; beyond that the oldest make room.
const CHECKPOINTS_MAX: usize = 1024;

tokio::task_local! {
    static CONTEXT: Context;
}

/// What one request carries through all calls below it, and into the compensations of its sagas.
///
/// A context inside another one inherits what it does not set itself, and notes its checkpoints
/// in the same list. It belongs to the task: carry it into `tokio::spawn` with
/// `Context::current().scope(…)`.
///
/// ```
/// use resilience::Context;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let id = Context::new()
///     .correlation_id("req-123")
///     .insert("tenant", "a")
///     .scope(async {
///         resilience::checkpoint("openai.start");
///         Context::current().id().map(str::to_owned)
///     })
///     .await;
/// assert_eq!(id.as_deref(), Some("req-123"));
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a context does nothing before `scope`"]
pub struct Context(Option<Arc<Data>>);

#[derive(Debug, Clone)]
struct Data {
    id: Option<Arc<str>>,
    values: BTreeMap<Cow<'static, str>, Cow<'static, str>>,
    log: Arc<Log>,
}

#[derive(Debug)]
struct Log {
    began: Instant,
    checkpoints: Mutex<VecDeque<Checkpoint>>,
}

/// A named moment of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    name: Cow<'static, str>,
    elapsed: Duration,
}

/// Notes a checkpoint in the current [`Context`]; outside one, only the event is emitted.
///
/// ```
/// resilience::checkpoint("openai.start");
/// ```
pub fn checkpoint(name: impl Into<Cow<'static, str>>) {
    Context::current().checkpoint(name);
}

/// The correlation id of the current context, for events.
pub(crate) fn correlation_id() -> Option<Arc<str>> {
    CONTEXT
        .try_with(|context| context.0.as_ref()?.id.clone())
        .ok()
        .flatten()
}

/// The same, as a value that an event can own. Asked for only if somebody listens.
#[cfg_attr(
    not(feature = "tracing"),
    allow(dead_code, reason = "read by events only")
)]
pub(crate) fn event_id() -> Option<String> {
    correlation_id().map(|id| id.as_ref().to_owned())
}

impl Context {
    /// An empty context; its clock starts now.
    pub fn new() -> Self {
        let log = Log {
            began: now(),
            checkpoints: Mutex::default(),
        };
        Self(Some(Arc::new(Data {
            id: None,
            values: BTreeMap::new(),
            log: Arc::new(log),
        })))
    }

    /// The context of the running task; inert and empty outside every [`scope`](Self::scope).
    pub fn current() -> Self {
        CONTEXT.try_with(Self::clone).unwrap_or(Self(None))
    }

    /// With the id that ties together the events of one request.
    pub fn correlation_id(self, id: impl Into<Arc<str>>) -> Self {
        self.with(|data| data.id = Some(id.into()))
    }

    /// With a piece of metadata. A later value for the same key wins.
    pub fn insert(
        self,
        key: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with(|data| {
            data.values.insert(key.into(), value.into());
        })
    }

    /// Runs `future` in this context. What this context does not set is inherited from the
    /// context in which `scope` is called.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CONTEXT.scope(self.inherit(&Self::current()), future)
    }

    /// Runs `future` in exactly this context.
    pub(crate) fn enter<F: Future>(self, future: F) -> TaskLocalFuture<Self, F> {
        CONTEXT.scope(self, future)
    }

    /// The correlation id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.0.as_ref()?.id.as_deref()
    }

    /// The metadata under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.as_ref()?.values.get(key).map(AsRef::as_ref)
    }

    /// Notes that the request has come this far. The list keeps the last 1024.
    pub fn checkpoint(&self, name: impl Into<Cow<'static, str>>) {
        let name = name.into();
        event!(
            DEBUG,
            "checkpoint",
            name.as_ref(),
            correlation_id = self.id()
        );
        let Some(data) = &self.0 else { return };
        let elapsed = now().saturating_duration_since(data.log.began);
        let mut checkpoints = data
            .log
            .checkpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if checkpoints.len() >= CHECKPOINTS_MAX {
            checkpoints.pop_front();
        }
        checkpoints.push_back(Checkpoint { name, elapsed });
    }

    /// The checkpoints so far, oldest first.
    #[must_use]
    pub fn checkpoints(&self) -> Vec<Checkpoint> {
        let Some(data) = &self.0 else {
            return Vec::new();
        };
        let checkpoints = data
            .log
            .checkpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        checkpoints.iter().cloned().collect()
    }

    fn with(self, change: impl FnOnce(&mut Data)) -> Self {
        let Self(data) = if self.0.is_some() { self } else { Self::new() };
        Self(data.map(|mut data| {
            change(Arc::make_mut(&mut data));
            data
        }))
    }

    fn inherit(self, outer: &Self) -> Self {
        let (Some(own), Some(outer)) = (&self.0, &outer.0) else {
            return if self.0.is_some() {
                self
            } else {
                outer.clone()
            };
        };
        if Arc::ptr_eq(own, outer) {
            return self;
        }
        let mut values = outer.values.clone();
        values.extend(own.values.clone());
        let id = own.id.clone().or_else(|| outer.id.clone());
        Self(Some(Arc::new(Data {
            id,
            values,
            log: Arc::clone(&outer.log),
        })))
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Checkpoint {
    /// The name given to [`checkpoint`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The time since the context was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{CHECKPOINTS_MAX, Context, checkpoint, correlation_id};

    #[tokio::test(start_paused = true)]
    async fn inner_scopes_inherit_and_override() {
        let outer = Context::new()
            .correlation_id("req-1")
            .insert("tenant", "a")
            .insert("x", "1");
        outer
            .scope(async {
                let inner = Context::new().insert("x", "2");
                inner
                    .scope(async {
                        let current = Context::current();
                        assert_eq!(current.id(), Some("req-1"));
                        assert_eq!(current.get("tenant"), Some("a"));
                        assert_eq!(current.get("x"), Some("2"));
                        checkpoint("inner");
                    })
                    .await;
                assert_eq!(Context::current().get("x"), Some("1"));
                assert_eq!(Context::current().checkpoints().len(), 1);
                assert_eq!(correlation_id().as_deref(), Some("req-1"));
            })
            .await;
        assert!(correlation_id().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn outside_a_scope_everything_is_empty() {
        checkpoint("nowhere");
        let current = Context::current();
        assert_eq!(current.id(), None);
        assert_eq!(current.get("tenant"), None);
        assert!(current.checkpoints().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn checkpoints_carry_their_time_and_are_bounded() {
        let context = Context::new();
        context.checkpoint("start");
        tokio::time::advance(Duration::from_millis(30)).await;
        context.clone().scope(async { checkpoint("later") }).await;
        let checkpoints = context.checkpoints();
        assert_eq!(checkpoints[1].name(), "later");
        assert_eq!(checkpoints[1].elapsed(), Duration::from_millis(30));
        for n in 0..CHECKPOINTS_MAX {
            context.checkpoint(n.to_string());
        }
        assert_eq!(context.checkpoints().len(), CHECKPOINTS_MAX);
        assert_eq!(context.checkpoints()[0].name(), "0");
    }

    #[tokio::test(start_paused = true)]
    async fn an_explicit_carry_reaches_a_spawned_task() {
        let spawned = Context::new()
            .correlation_id("req-7")
            .scope(async {
                tokio::spawn(Context::current().scope(async { correlation_id() })).await
            })
            .await;
        assert_eq!(spawned.unwrap().as_deref(), Some("req-7"));
    }
}
