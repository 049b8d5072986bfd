//! What an HTTP status means.

use std::time::Duration;

use super::Verdict;

impl Verdict {
    /// The verdict on an HTTP status, with the delay that the server asked for.
    ///
    /// | status | class | effect |
    /// |---|---|---|
    /// | 429, 509, 529 | throttled | none |
    /// | 421, 425, 521, 523, 525 | retryable | none |
    /// | 408, 500, 502, 503, 504, 52x, 598, 599 and unknown 5xx | retryable | in doubt |
    /// | 501, 505, 506, 507, 508, 510, 511, 526 | permanent | none |
    /// | 499 (the caller had gone) | permanent | in doubt |
    /// | other 4xx | permanent | none |
    /// | 302, 303 (how many servers answer a `POST` that worked) | permanent | in doubt |
    /// | other 3xx | permanent | none |
    /// | 1xx, 2xx and what is no status | permanent | in doubt |
    ///
    /// A delay makes 403, 413 and 503 throttled; on other permanent statuses it means nothing.
    ///
    /// ```
    /// use std::time::Duration;
    /// use resilience::Verdict;
    ///
    /// let wait = Duration::from_secs(5);
    /// assert_eq!(Verdict::from_status(503, None), Verdict::retryable().in_doubt());
    /// assert_eq!(
    ///     Verdict::from_status(503, Some(wait)),
    ///     Verdict::throttled().after(wait).in_doubt(),
    /// );
    /// assert_eq!(Verdict::from_status(404, Some(wait)), Verdict::permanent());
    /// ```
    #[must_use]
    pub const fn from_status(status: u16, after: Option<Duration>) -> Self {
        let verdict = of(status);
        match (status, after) {
            (403 | 413, Some(delay)) => Self::throttled().after(delay),
            (503, Some(delay)) => Self::throttled().after(delay).in_doubt(),
            _ if verdict.is_retryable() => verdict.after_opt(after),
            _ => verdict,
        }
    }
}

const fn of(status: u16) -> Verdict {
    match status {
        // Refused before any work was done.
        429 | 509 | 529 => Verdict::throttled(),
        // Wrong connection, too early, or the network in front did not reach the origin.
        421 | 425 | 521 | 523 | 525 => Verdict::retryable(),
        // Understood, and not done.
        300 | 301 | 304..=407 | 409..=498 | 501 | 505..=508 | 510 | 511 | 526 => {
            Verdict::permanent()
        }
        408 | 500..=599 => Verdict::retryable().in_doubt(),
        // After a `POST`, 302 and 303 are how a server sends a browser away from work well done;
        // 499 is a proxy that saw the caller hang up while the origin went on. And of an error
        // that carries a success, or no status at all, nobody can say what happened.
        _ => Verdict::permanent().in_doubt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Class, Effect};

    /// Class and effect of every status, written down a second time and by hand.
    fn expected(status: u16) -> (Class, Effect) {
        use {Class as C, Effect as E};

        const THROTTLED: &[u16] = &[429, 509, 529];
        const NOT_SENT: &[u16] = &[421, 425, 521, 523, 525];
        const REFUSED: &[u16] = &[501, 505, 506, 507, 508, 510, 511, 526];
        const UNKNOWN: &[u16] = &[302, 303, 499];

        match status {
            it if THROTTLED.contains(&it) => (C::Throttled, E::None),
            it if NOT_SENT.contains(&it) => (C::Retryable, E::None),
            it if REFUSED.contains(&it) => (C::Permanent, E::None),
            it if UNKNOWN.contains(&it) => (C::Permanent, E::InDoubt),
            408 => (C::Retryable, E::InDoubt),
            it if it / 100 == 5 => (C::Retryable, E::InDoubt),
            it if it / 100 == 4 || it / 100 == 3 => (C::Permanent, E::None),
            _ => (C::Permanent, E::InDoubt),
        }
    }

    #[test]
    fn every_status_has_its_verdict() {
        for status in (0..=99)
            .chain(100..=599)
            .chain(600..=1000)
            .chain([u16::MAX])
        {
            let verdict = Verdict::from_status(status, None);
            assert_eq!(
                (verdict.class, verdict.effect),
                expected(status),
                "{status}"
            );
            assert_eq!(verdict.after, None, "{status}");
        }
    }

    #[test]
    fn the_statuses_everybody_knows() {
        for (status, verdict) in [
            (400, Verdict::permanent()),
            (401, Verdict::permanent()),
            (404, Verdict::permanent()),
            (408, Verdict::retryable().in_doubt()),
            (409, Verdict::permanent()),
            (422, Verdict::permanent()),
            (429, Verdict::throttled()),
            (500, Verdict::retryable().in_doubt()),
            (501, Verdict::permanent()),
            (502, Verdict::retryable().in_doubt()),
            (503, Verdict::retryable().in_doubt()),
            (504, Verdict::retryable().in_doubt()),
        ] {
            assert_eq!(Verdict::from_status(status, None), verdict, "{status}");
        }
    }

    #[test]
    fn a_delay_is_kept_exactly_where_a_retry_can_follow() {
        let delay = Duration::from_secs(9);
        for status in 100..=599 {
            let verdict = Verdict::from_status(status, Some(delay));
            let without = Verdict::from_status(status, None);
            assert_eq!(
                verdict.after,
                verdict.is_retryable().then_some(delay),
                "{status}"
            );
            assert_eq!(verdict.effect, without.effect, "{status}");
            let throttled = without.is_throttled() || matches!(status, 403 | 413 | 503);
            assert_eq!(verdict.is_throttled(), throttled, "{status}");
        }
    }
}
