//! All circuits that have been used.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Circuit, CircuitKeys, CircuitState, Counters, State, keys::KeyState};
use crate::keyed::Keyed;

/// Circuits that a program makes at run time (by leaking them) must not grow the list for ever.
const MAX: usize = 16_384;

#[derive(Debug)]
struct Listed {
    circuits: Vec<&'static Circuit>,
    keys: Vec<&'static CircuitKeys>,
}

static LISTED: Mutex<Listed> = Mutex::new(Listed {
    circuits: Vec::new(),
    keys: Vec::new(),
});

/// One circuit of the process, for operators: an admin page, a health check, a test.
///
/// Holding the handle of a key keeps the key from being evicted.
#[derive(Debug, Clone)]
pub struct CircuitHandle(Inner);

#[derive(Debug, Clone)]
enum Inner {
    Plain(&'static Circuit),
    Keyed(Arc<Keyed<KeyState>>),
}

/// All circuits that have been used so far: those of single functions, shared ones, and the live
/// keys of keyed ones.
///
/// At most 16 384 circuits without a key are listed, and at most `keys_max` keys for each of the
/// others.
///
/// ```
/// for circuit in resilience::circuits() {
///     println!("{} {:?}: {:?}", circuit.name(), circuit.key(), circuit.state());
/// }
/// ```
#[must_use]
pub fn circuits() -> Vec<CircuitHandle> {
    let (plain, keyed) = {
        let listed = listed();
        (listed.circuits.clone(), listed.keys.clone())
    };
    let plain = plain.into_iter().map(Inner::Plain);
    let keyed = keyed
        .into_iter()
        .flat_map(CircuitKeys::live)
        .map(Inner::Keyed);
    plain.chain(keyed).map(CircuitHandle).collect()
}

impl CircuitHandle {
    /// The name of the circuit.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.shared().name()
    }

    /// The key, as `Debug` shows it (its first 64 characters). `None` for a circuit without keys.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match &self.0 {
            Inner::Plain(_) => None,
            Inner::Keyed(entry) => Some(entry.text().to_owned()),
        }
    }

    /// The state now.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared().state()
    }

    /// What it has counted.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared().counters()
    }

    /// Rejects every call until [`reset`](Self::reset).
    pub fn force_open(&self) {
        self.shared().force(State::ForcedOpen);
    }

    /// Admits every call and records nothing until [`reset`](Self::reset).
    pub fn force_closed(&self) {
        self.shared().force(State::ForcedClosed);
    }

    /// Closes it and forgets what lies in its window.
    pub fn reset(&self) {
        self.shared().reset();
    }

    fn shared(&self) -> &CircuitState {
        match &self.0 {
            Inner::Plain(circuit) => &circuit.shared,
            Inner::Keyed(entry) => &entry.value().0,
        }
    }
}

#[allow(
    dead_code,
    reason = "only the test kit calls it, which is behind a feature"
)]
pub(super) fn reset_all() {
    let (plain, keyed) = {
        let listed = listed();
        (listed.circuits.clone(), listed.keys.clone())
    };
    for circuit in plain {
        circuit.shared.wipe();
    }
    for keys in keyed {
        keys.wipe();
    }
}

pub(super) fn list(circuit: &'static Circuit) {
    let mut listed = listed();
    if listed.circuits.len() < MAX {
        listed.circuits.push(circuit);
    }
}

pub(super) fn list_keys(keys: &'static CircuitKeys) {
    let mut listed = listed();
    if listed.keys.len() < MAX {
        listed.keys.push(keys);
    }
}

fn listed() -> MutexGuard<'static, Listed> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}
