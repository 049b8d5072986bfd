//! Ids and idempotency keys.

use std::{
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
    ciphered(draw())
}

/// The next of the counter.
pub(super) fn draw() -> u64 {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    DRAWN.fetch_add(1, Relaxed)
}

/// What it becomes: always the same, as long as the process lives.
pub(super) fn ciphered(drawn: u64) -> u128 {
    static KEYS: OnceLock<(RandomState, RandomState)> = OnceLock::new();
    let (high, low) = KEYS.get_or_init(|| (RandomState::new(), RandomState::new()));
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

#[cfg(test)]
mod tests {
    use super::{Key, unique};

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
}
