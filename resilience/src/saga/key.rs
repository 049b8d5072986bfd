//! Ids and idempotency keys.

use std::{
    cell::Cell,
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// A number that no other process draws: a counter, ciphered with keys of the operating system.
///
/// Not `fastrand`: its state is 64 bits and tests seed it, and two sagas with one id would share
/// their idempotency keys.
pub(super) fn unique() -> u128 {
    static KEYS: OnceLock<(RandomState, RandomState)> = OnceLock::new();
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let (high, low) = KEYS.get_or_init(|| (RandomState::new(), RandomState::new()));
    let drawn = DRAWN.fetch_add(1, Relaxed);
    (u128::from(high.hash_one(drawn)) << 64) | u128::from(low.hash_one(drawn))
}

/// The key of one step: its saga's id and its number in there, so that whoever knows the two
/// (a journal, another machine) makes the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) saga: u128,
    pub(super) number: u64,
}

impl Key {
    /// The key of the compensation: another one, so that the undo is not taken for a repetition.
    pub(super) fn undo(self) -> String {
        format!("{self}-undo")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}-{}", self.saga, self.number)
    }
}

/// The key of the running step. A step outside a saga draws its key when somebody asks.
#[derive(Debug)]
pub(super) struct StepKey(Cell<Option<Key>>);

impl StepKey {
    pub(super) const fn known(key: Key) -> Self {
        Self(Cell::new(Some(key)))
    }

    pub(super) const fn alone() -> Self {
        Self(Cell::new(None))
    }

    pub(super) fn key(&self) -> String {
        let key = self.0.get().unwrap_or_else(|| Key {
            saga: unique(),
            number: 0,
        });
        self.0.set(Some(key));
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, StepKey, unique};

    #[test]
    fn ids_differ_also_after_seeding() {
        fastrand::seed(7);
        let first = unique();
        fastrand::seed(7);
        assert_ne!(first, unique());
    }

    #[test]
    fn keys_are_made_of_id_and_number() {
        let key = Key {
            saga: 255,
            number: 3,
        };
        assert_eq!(key.to_string(), "000000000000000000000000000000ff-3");
        assert_eq!(key.undo(), "000000000000000000000000000000ff-3-undo");
    }

    #[test]
    fn a_lone_step_keeps_the_key_it_drew() {
        let step = StepKey::alone();
        assert_eq!(step.key(), step.key());
        assert_ne!(step.key(), StepKey::alone().key());
    }
}
