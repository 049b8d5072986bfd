//! Text that can be put together in a `const` context, so that a message reads the same at
//! expansion, in a `const` assertion and at run time.

use std::{fmt, time::Duration};

const ROOM: usize = 248;

/// The nanoseconds of a second.
const NANOS: u128 = 1_000_000_000;
/// The seconds of the units above a second.
const LARGE_UNITS: [(u64, &str); 3] = [(60, "m"), (3_600, "h"), (86_400, "d")];

/// A short text built by `const fn`s. What does not fit is cut off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text {
    bytes: [u8; ROOM],
    len: usize,
}

impl Text {
    /// A text that starts with `text`.
    #[must_use]
    pub const fn new(text: &str) -> Self {
        Self {
            bytes: [0; ROOM],
            len: 0,
        }
        .str(text)
    }

    /// With `text` behind it.
    #[must_use]
    pub const fn str(mut self, text: &str) -> Self {
        let from = text.as_bytes();
        let mut at = 0;
        // Whole strings only: half a character would not be text.
        if self.len + from.len() <= ROOM {
            while at < from.len() {
                self.bytes[self.len] = from[at];
                self.len += 1;
                at += 1;
            }
        }
        self
    }

    /// With a number behind it.
    #[must_use]
    pub const fn number(self, number: u64) -> Self {
        if number >= 10 {
            self.number(number / 10).digit(number % 10)
        } else {
            self.digit(number)
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "a digit")]
    const fn digit(self, digit: u64) -> Self {
        let digit = [b'0' + digit as u8];
        match std::str::from_utf8(&digit) {
            Ok(digit) => self.str(digit),
            Err(_) => self,
        }
    }

    /// With a duration behind it, written as in an attribute: `30s`, `1.5s`, `250ms`, `2m`.
    #[must_use]
    pub const fn duration(self, duration: Duration) -> Self {
        let nanos = duration.as_nanos();
        // From two of a larger unit on: `60s` and `90s` are how people write those.
        let (mut unit, mut larger) = (0, 0);
        while larger < LARGE_UNITS.len() {
            let (seconds, _) = LARGE_UNITS[larger];
            if duration.as_secs() >= 2 * seconds && nanos.is_multiple_of(seconds as u128 * NANOS) {
                unit = larger + 1;
            }
            larger += 1;
        }
        if unit > 0 {
            let (seconds, word) = LARGE_UNITS[unit - 1];
            return self.number(duration.as_secs() / seconds).str(word);
        }
        if nanos >= NANOS {
            self.decimal(nanos, NANOS, "s")
        } else if nanos >= 1_000_000 {
            self.decimal(nanos, 1_000_000, "ms")
        } else if nanos >= 1_000 {
            self.decimal(nanos, 1_000, "us")
        } else {
            self.decimal(nanos, 1, "ns")
        }
    }

    /// `nanos / unit` with up to three decimals and no trailing zeros.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "2^64 seconds are a duration's limit"
    )]
    const fn decimal(self, nanos: u128, unit: u128, word: &str) -> Self {
        let whole = self.number((nanos / unit) as u64);
        let mut thousandths = (nanos % unit * 1000 / unit) as u64;
        if thousandths == 0 {
            return whole.str(word);
        }
        let mut text = whole.str(".");
        let mut place = 100;
        while thousandths > 0 {
            text = text.digit(thousandths / place);
            thousandths %= place;
            place /= 10;
        }
        text.str(word)
    }

    /// The text as a string.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        let (used, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(used) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_in_an_attribute() {
        let cases = [
            (Duration::from_secs(30), "30s"),
            (Duration::from_millis(1500), "1.5s"),
            (Duration::from_millis(250), "250ms"),
            (Duration::from_micros(1005), "1.005ms"),
            (Duration::from_nanos(7), "7ns"),
            (Duration::ZERO, "0ns"),
            (Duration::from_secs(60), "60s"),
            (Duration::from_secs(90), "90s"),
            (Duration::from_secs(120), "2m"),
            (Duration::from_secs(121), "121s"),
            (Duration::from_secs(3_600), "60m"),
            (Duration::from_secs(7_200), "2h"),
            (Duration::from_secs(7 * 86_400), "7d"),
            (Duration::MAX, "18446744073709551615.999s"),
        ];
        for (duration, text) in cases {
            assert_eq!(Text::new("").duration(duration).as_str(), text);
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_between_strings() {
        let mut text = Text::new("");
        for _ in 0..ROOM {
            text = text.str("äö");
        }
        assert!(text.as_str().len() <= ROOM && text.as_str().ends_with('ö'));
    }

    #[test]
    fn it_works_at_compile_time() {
        const TEXT: Text = Text::new("waits ").number(1024).str(" times");
        assert_eq!(TEXT.to_string(), "waits 1024 times");
    }
}
