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
///
/// Three words and a tag, since it is copied whenever the step is polled.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepKey {
    drawn: Drawn,
    high: u64,
    low: u64,
    number: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawn {
    /// No step runs.
    Never,
    NotYet,
    Yes,
}

impl StepKey {
    /// Of no step.
    pub(super) const NONE: Self = Self::blank(Drawn::Never);
    /// Of a step outside a saga.
    pub(super) const ALONE: Self = Self::blank(Drawn::NotYet);

    const fn blank(drawn: Drawn) -> Self {
        Self {
            drawn,
            high: 0,
            low: 0,
            number: 0,
        }
    }

    pub(super) const fn known(key: Key) -> Self {
        let [.., h7, h6, h5, h4, h3, h2, h1, h0] = (key.saga >> 64).to_be_bytes();
        let [.., l7, l6, l5, l4, l3, l2, l1, l0] = key.saga.to_be_bytes();
        Self {
            drawn: Drawn::Yes,
            high: u64::from_be_bytes([h7, h6, h5, h4, h3, h2, h1, h0]),
            low: u64::from_be_bytes([l7, l6, l5, l4, l3, l2, l1, l0]),
            number: key.number,
        }
    }

    /// The key, and what to remember so that it stays the same.
    pub(super) fn drawn(self) -> Option<(Key, Self)> {
        let key = match self.drawn {
            Drawn::Never => return None,
            Drawn::NotYet => Key {
                saga: unique(),
                number: 0,
            },
            Drawn::Yes => Key {
                saga: u128::from(self.high) << 64 | u128::from(self.low),
                number: self.number,
            },
        };
        Some((key, Self::known(key)))
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
    fn a_key_that_was_drawn_stays() {
        let (key, step) = StepKey::ALONE.drawn().unwrap();
        assert_eq!(step.drawn().map(|(key, _)| key), Some(key));
        assert_ne!(StepKey::ALONE.drawn().map(|(key, _)| key), Some(key));
        let key = Key {
            saga: u128::MAX - 7,
            number: 3,
        };
        let known = StepKey::known(key).drawn();
        assert_eq!(known.map(|(key, _)| key), Some(key));
        assert!(StepKey::NONE.drawn().is_none());
    }
}
