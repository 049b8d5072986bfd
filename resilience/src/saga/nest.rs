//! The memory of a saga and of all sagas inside it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::{
    key::Key,
    line::{Line, Path},
    report::StepReport,
    scope::{COMMITTED, Scope, UNWINDING, UNWOUND, owns},
    undo::Compensate,
};
use crate::site::Site;

#[derive(Debug, Default)]
pub(super) struct Nest {
    pub(super) memory: Mutex<Memory>,
    /// A step settled or a nested saga ended.
    pub(super) changed: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) next: u64,
    pub(super) entries: BTreeMap<u64, Entry>,
    pub(super) running: BTreeMap<u64, Running>,
    pub(super) doubts: Vec<(Arc<Scope>, StepReport)>,
}

/// A compensation to run, should it come to that.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its place in the order of enlisting.
    pub(super) number: u64,
    pub(super) key: Key,
    pub(super) scope: Arc<Scope>,
    pub(super) step: &'static Site,
    pub(super) undo: &'static str,
    pub(super) attempts: u32,
    pub(super) cell: Arc<dyn Compensate>,
}

/// A step or a nested saga under way.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) scope: Arc<Scope>,
    /// The step; `None` for a nested saga.
    pub(super) step: Option<&'static Site>,
    /// Enlisted before its body: its entry covers whatever becomes of it.
    pub(super) covered: bool,
    /// A nested saga that unwinds: it is waited for without limit.
    pub(super) unwinding: bool,
    /// Reported as in doubt when the settle limit passed.
    pub(super) reported: bool,
}

impl Entry {
    /// Where it stands among all compensations of the nest: a nested saga is one unit.
    pub(super) fn path(&self) -> Path {
        let mut path = vec![self.number];
        let mut scope = &self.scope;
        while let Some(outer) = &scope.outer {
            path.push(scope.place);
            scope = outer;
        }
        path.reverse();
        path
    }

    /// The lines in which it stands: one for each strict saga it is part of.
    pub(super) fn lines(&self) -> Vec<Arc<Line>> {
        let scopes = std::iter::successors(Some(&self.scope), |scope| scope.outer.as_ref());
        scopes.filter_map(|scope| scope.line.clone()).collect()
    }
}

impl Running {
    pub(super) fn new(scope: &Arc<Scope>, step: Option<&'static Site>, covered: bool) -> Self {
        Self {
            scope: Arc::clone(scope),
            step,
            covered,
            unwinding: false,
            reported: false,
        }
    }
}

impl Nest {
    pub(super) fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    pub(super) fn draw(&mut self) -> u64 {
        self.next = self.next.saturating_add(1);
        self.next
    }

    pub(super) fn take(&mut self, wanted: impl Fn(u64, &Entry, &Self) -> bool) -> Vec<Entry> {
        let numbers: Vec<_> = self
            .entries
            .iter()
            .filter(|&(&number, entry)| wanted(number, entry, self))
            .map(|(&number, _)| number)
            .collect();
        numbers
            .into_iter()
            .filter_map(|number| self.entries.remove(&number))
            .collect()
    }

    /// After something has come to `owner`: if its unwinding is over, another one must begin; if
    /// it has succeeded for good, nobody needs it.
    pub(super) fn revisit(
        &mut self,
        owner: &Arc<Scope>,
        left: &mut Vec<Entry>,
    ) -> Option<Arc<Scope>> {
        match owner.phase() {
            COMMITTED => {
                left.extend(self.take(|_, entry, _| owns(owner, &entry.scope)));
                self.doubts.retain(|(scope, _)| !owns(owner, scope));
                None
            }
            UNWOUND => {
                let more = self.entries.iter().any(|(number, entry)| {
                    owns(owner, &entry.scope) && !self.running.contains_key(number)
                }) || self.doubts.iter().any(|(scope, _)| owns(owner, scope));
                // Marked under the same lock, so that only one begins.
                more.then(|| {
                    owner.enter(UNWINDING);
                    Arc::clone(owner)
                })
            }
            _ => None,
        }
    }
}
