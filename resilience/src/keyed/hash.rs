//! A fast hash with a secret of the process: keys may come from outside.

use std::{
    hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState},
    sync::OnceLock,
};

use super::TypedKey;

/// The hash of a borrowed key.
#[inline]
pub(crate) fn hash_of<K: TypedKey>(key: &K) -> u64 {
    let mut state = Folding::new();
    key.hash_into(&mut state);
    state.finish()
}

/// The same of what was kept of it.
pub(crate) fn hash_of_owned<Q: Hash + ?Sized>(key: &Q) -> u64 {
    let mut state = Folding::new();
    key.hash(&mut state);
    state.finish()
}

/// Multiplies each word by a secret into twice its width, and folds that.
///
/// Nobody outside can choose keys that fall together without knowing the secret; who finds some
/// all the same only makes those slow.
struct Folding {
    state: u64,
    secret: u64,
}

impl Folding {
    #[inline]
    fn new() -> Self {
        static SECRETS: OnceLock<(u64, u64)> = OnceLock::new();
        let (state, secret) = *SECRETS.get_or_init(|| {
            let random = RandomState::new();
            (random.hash_one(1), random.hash_one(2) | 1)
        });
        Self { state, secret }
    }

    #[inline]
    fn fold(&mut self, word: u64) {
        let wide = u128::from(self.state ^ word).wrapping_mul(u128::from(self.secret));
        let [low, high] = [wide, wide >> 64].map(|half| {
            #[expect(clippy::cast_possible_truncation, reason = "one half of it")]
            let half = half as u64;
            half
        });
        // The turn keeps words apart whose product with the secret is zero in one half.
        self.state = (low ^ high).rotate_left(23) ^ self.secret;
    }
}

impl Hasher for Folding {
    #[inline]
    fn finish(&self) -> u64 {
        let mut last = Self { ..*self };
        last.fold(0);
        last.state
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            // The last byte is free, and tells how many there are.
            last[7] = u8::try_from(rest.len()).unwrap_or(0);
            for (to, from) in last.iter_mut().zip(rest) {
                *to = *from;
            }
            self.fold(u64::from_le_bytes(last));
        }
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.fold(u64::from(number));
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.fold(u64::from(number));
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.fold(u64::from(number));
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.fold(number);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.fold(number as u64);
    }
}

/// For maps whose keys are hashes already.
pub(crate) type AsIs = BuildHasherDefault<Same>;

/// The hash of a hash: itself.
#[derive(Default)]
pub(crate) struct Same(u64);

impl Hasher for Same {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    #[inline]
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn close_keys_are_far_apart_in_the_low_and_in_the_high_bits() {
        let hashes: Vec<u64> = (0..4096_u64).map(|n| hash_of_owned(&n)).collect();
        for shift in [0, 48] {
            let places: HashSet<u64> = hashes.iter().map(|hash| hash >> shift & 0xffff).collect();
            // 4096 balls into 65536 boxes: some 3970 of them hold one or more.
            assert!(places.len() > 3800, "{} at {shift}", places.len());
        }
    }

    #[test]
    fn text_of_every_length_has_a_hash_of_its_own() {
        let all: Vec<String> = (0..64)
            .flat_map(|length| ["a".repeat(length), "\0".repeat(length)])
            .collect();
        let hashes: HashSet<u64> = all
            .iter()
            .map(|text| hash_of_owned(text.as_str()))
            .collect();
        // The empty text is twice among them.
        assert_eq!(hashes.len(), all.len() - 1);
    }
}
