//! What a saga remembers, and every change of it.
//!
//! A saga and all sagas inside it are one [`Nest`]: one lock, one counter. A nested saga that
//! succeeded needs no handing over: its entries stay where they are, and from then on they
//! belong to the nearest saga around it that has not succeeded yet ([`owner`]). No user code
//! (closures, their drop) runs under the lock: what leaves the nest is returned.
//!
//! A journal has two places to write: [`Scope::begin`] (intent) and [`Scope::settle`] (outcome).

use std::{
    collections::btree_map,
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed},
    },
};

use tokio::{runtime::Handle, sync::Notify};

use super::{
    key::{Key, unique},
    line::Line,
    nest::{Entry, Nest, Running},
    report::{Cause, StepReport},
    undo::Compensate,
};
use crate::{context::Context, site::Site};

const RUNNING: u8 = 0;
pub(super) const COMMITTED: u8 = 1;
pub(super) const UNWINDING: u8 = 2;
pub(super) const UNWOUND: u8 = 3;

/// Sagas of the whole process that somebody still holds.
static THERE: AtomicUsize = AtomicUsize::new(0);

/// Whether there is a saga at all; while there is none, nobody need look for the one of the
/// running task. Whoever is in a saga holds it, and so sees at least that one.
#[inline]
pub(super) fn are_there_any() -> bool {
    THERE.load(Relaxed) > 0
}

/// One run of a `#[saga]` function.
pub(super) struct Scope {
    pub(super) site: &'static Site,
    pub(super) id: u128,
    pub(super) context: Context,
    /// The runtime on which the saga began; its unwinding runs there.
    pub(super) runtime: Option<Handle>,
    pub(super) outer: Option<Arc<Scope>>,
    /// The number reserved in the outer saga.
    pub(super) place: u64,
    nest: Arc<Nest>,
    /// Changes only under the nest's lock.
    phase: AtomicU8,
    cause: OnceLock<Cause>,
    /// `strict` only: what is parked, and holds up everything older.
    pub(super) line: Option<Arc<Line>>,
}

/// How a step ended.
#[derive(Debug)]
pub(super) enum Settled {
    /// To be undone, with this number or the next free one.
    Keep { entry: Entry, renumber: bool },
    /// Certainly nothing was applied.
    Nothing,
    /// It may have been applied, and there is nothing to undo it with.
    Doubt,
}

/// What an unwinding still has to do.
#[derive(Debug)]
pub(super) enum Due {
    /// These, last first; older first in the list.
    Undo(Vec<Entry>),
    /// Nothing: the saga has been marked as unwound. These steps are left in doubt.
    Nothing(Vec<StepReport>),
}

impl Drop for Scope {
    fn drop(&mut self) {
        THERE.fetch_sub(1, Relaxed);
    }
}

impl Scope {
    /// Opens a saga inside `outer`, if there is one that has not ended.
    pub(super) fn open(site: &'static Site, strict: bool, outer: Option<Arc<Self>>) -> Arc<Self> {
        let outer = outer.filter(|outer| !outer.is_over());
        let nest = outer
            .as_ref()
            .map_or_else(Arc::default, |outer| Arc::clone(&outer.nest));
        let mut memory = nest.lock();
        let place = memory.draw();
        if let Some(outer) = &outer {
            memory
                .running
                .insert(place, Running::new(outer, None, false));
        }
        drop(memory);
        THERE.fetch_add(1, Relaxed);
        Arc::new(Self {
            site,
            id: unique(),
            context: Context::current(),
            runtime: Handle::try_current().ok(),
            outer,
            place,
            nest,
            phase: AtomicU8::new(RUNNING),
            cause: OnceLock::new(),
            line: strict.then(Arc::default),
        })
    }

    /// A step begins. With `cover`, its compensation is enlisted now.
    pub(super) fn begin(
        self: &Arc<Self>,
        step: &'static Site,
        cover: Option<(&'static str, Arc<dyn Compensate>)>,
    ) -> Key {
        let mut memory = self.nest.lock();
        let number = memory.draw();
        let key = Key {
            saga: self.id,
            number,
        };
        memory
            .running
            .insert(number, Running::new(self, Some(step), cover.is_some()));
        if let Some((undo, cell)) = cover {
            let scope = Arc::clone(self);
            memory.entries.insert(
                number,
                Entry {
                    number,
                    key,
                    scope,
                    step,
                    undo,
                    attempts: 0,
                    cell,
                },
            );
        }
        key
    }

    /// A step has ended. Gives back the saga around it that has to unwind once more, if the step
    /// comes too late for the unwinding that was.
    #[must_use]
    pub(super) fn settle(
        self: &Arc<Self>,
        key: Key,
        settled: Settled,
    ) -> (Option<Arc<Self>>, Vec<Entry>) {
        let mut memory = self.nest.lock();
        let running = memory.running.remove(&key.number);
        let mut left = Vec::new();
        match settled {
            Settled::Keep {
                mut entry,
                renumber,
            } => {
                if renumber {
                    entry.number = memory.draw();
                }
                // One that was compensated while it still ran is compensated once more.
                match memory.entries.entry(entry.number) {
                    btree_map::Entry::Vacant(place) => drop(place.insert(entry).step),
                    btree_map::Entry::Occupied(_) => left.push(entry),
                }
            }
            Settled::Nothing => left.extend(memory.entries.remove(&key.number)),
            Settled::Doubt => {
                if let Some((step, false)) = running.and_then(|r| Some((r.step?, r.reported))) {
                    memory
                        .doubts
                        .push((Arc::clone(self), StepReport::of_doubt(step, key)));
                }
            }
        }
        let owner = owner(self);
        if owner.is(UNWINDING) {
            self.nest.changed.notify_waiters();
        }
        let late = memory.revisit(owner, &mut left);
        drop(memory);
        (late, left)
    }

    /// The saga has succeeded: its entries belong to the saga around it, or nobody needs them.
    #[must_use]
    pub(super) fn commit(self: &Arc<Self>) -> (Option<Arc<Self>>, Vec<Entry>) {
        let mut memory = self.nest.lock();
        self.enter(COMMITTED);
        memory.running.remove(&self.place);
        let mut left = Vec::new();
        let late = memory.revisit(owner(self), &mut left);
        drop(memory);
        self.nest.changed.notify_waiters();
        (late, left)
    }

    /// The saga has failed: from here on it belongs to its unwinding.
    pub(super) fn fail(&self, cause: Cause) {
        let mut memory = self.nest.lock();
        self.enter(UNWINDING);
        if let Some(running) = memory.running.get_mut(&self.place) {
            running.unwinding = true;
        }
        drop(memory);
        // Only the first failure is the cause; a second pass keeps it.
        let _ = self.cause.set(cause);
        self.nest.changed.notify_waiters();
    }

    pub(super) fn cause(&self) -> Cause {
        self.cause.get().copied().unwrap_or(Cause::Error)
    }

    /// Whether an unwinding has to wait. Once the settle limit has passed it only waits for
    /// nested sagas that unwind themselves.
    pub(super) fn unsettled(self: &Arc<Self>, overdue: bool) -> bool {
        let memory = self.nest.lock();
        memory
            .running
            .values()
            .any(|running| (running.unwinding || !overdue) && owns(self, &running.scope))
    }

    pub(super) fn changed(&self) -> &Notify {
        &self.nest.changed
    }

    /// The end of what has begun by now.
    pub(super) fn horizon(&self) -> u64 {
        self.nest.lock().next.saturating_add(1)
    }

    /// Takes what is to be undone; if that is nothing, ends the unwinding. Steps numbered below
    /// `overdue` are taken although they still run.
    pub(super) fn due(self: &Arc<Self>, overdue: u64) -> Due {
        let mut memory = self.nest.lock();
        let mut due = memory.take(|number, entry, memory| {
            let settled = number < overdue || !memory.running.contains_key(&number);
            settled && owns(self, &entry.scope)
        });
        if !due.is_empty() {
            drop(memory);
            due.sort_by_cached_key(Entry::path);
            return Due::Undo(due);
        }
        let mut doubts = Vec::new();
        memory.doubts.retain(|(scope, report)| {
            let mine = owns(self, scope);
            if mine {
                doubts.push(report.clone());
            }
            !mine
        });
        for (&number, running) in &mut memory.running {
            let unknown = !running.covered && !running.reported && number < overdue;
            if let Some(step) = running
                .step
                .filter(|_| unknown && owns(self, &running.scope))
            {
                running.reported = true;
                let key = Key {
                    saga: running.scope.id,
                    number,
                };
                doubts.push(StepReport::of_doubt(step, key));
            }
        }
        self.enter(UNWOUND);
        memory.running.remove(&self.place);
        drop(memory);
        self.nest.changed.notify_waiters();
        Due::Nothing(doubts)
    }

    /// Whether the saga still runs, so that a step in it could be undone by it.
    pub(super) fn is_running(&self) -> bool {
        self.is(RUNNING)
    }

    /// Whether this saga and all around it have succeeded: nothing can be undone any more.
    pub(super) fn is_over(&self) -> bool {
        let mut scope = self;
        while let (true, Some(outer)) = (scope.is(COMMITTED), &scope.outer) {
            scope = outer;
        }
        scope.is(COMMITTED)
    }

    pub(super) fn phase(&self) -> u8 {
        self.phase.load(Relaxed)
    }

    fn is(&self, phase: u8) -> bool {
        self.phase() == phase
    }

    pub(super) fn enter(&self, phase: u8) {
        self.phase.store(phase, Relaxed);
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = format_args!("{:032x}", self.id);
        let mut saga = f.debug_struct("Saga");
        saga.field("name", &self.site.name())
            .field("id", &id)
            .finish_non_exhaustive()
    }
}

/// The saga that would undo what `scope` holds: the nearest one that has not succeeded.
fn owner(scope: &Arc<Scope>) -> &Arc<Scope> {
    let mut owner = scope;
    while let (true, Some(outer)) = (owner.is(COMMITTED), &owner.outer) {
        owner = outer;
    }
    owner
}

pub(super) fn owns(saga: &Arc<Scope>, scope: &Arc<Scope>) -> bool {
    Arc::ptr_eq(owner(scope), saga)
}
