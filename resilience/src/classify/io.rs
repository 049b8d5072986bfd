//! What an [`io::Error`] means.

use std::{
    error::Error,
    io::{self, ErrorKind},
};

use super::{Classify, Verdict};
use crate::rejection::Rejection;

/// How far a chain of sources is followed; real ones have a handful of links.
const DEEPEST: usize = 32;

/// No file handles or buffers left, here and now: `EMFILE`, `ENFILE`, `ENOBUFS`. The standard
/// library has no kinds for them.
#[cfg(unix)]
const LOCAL_LIMITS: [i32; 3] = [
    24,
    23,
    if cfg!(any(target_os = "linux", target_os = "android")) {
        105
    } else {
        55
    },
];
/// The same, as Winsock counts.
#[cfg(windows)]
const LOCAL_LIMITS: [i32; 2] = [10024, 10055];
#[cfg(not(any(unix, windows)))]
const LOCAL_LIMITS: [i32; 0] = [];

/// A [`Rejection`] anywhere in the chain speaks for itself; otherwise the kind decides, for one of
/// no particular kind the operating system's code, then an `io::Error` inside. What remains is
/// permanent, and in doubt.
impl Classify for io::Error {
    fn classify(&self) -> Verdict {
        let inner = self.get_ref().map(|inner| inner as &(dyn Error + 'static));
        if let Some(rejection) = inner.and_then(find::<Rejection>) {
            return rejection.classify();
        }
        if let Some(verdict) = of_kind(self.kind()) {
            return verdict;
        }
        if self
            .raw_os_error()
            .is_some_and(|code| LOCAL_LIMITS.contains(&code))
        {
            return Verdict::throttled();
        }
        match inner.and_then(find::<Self>) {
            Some(inner) => inner.classify(),
            None => Verdict::permanent().in_doubt(),
        }
    }
}

/// The verdict on a kind, if it says enough.
fn of_kind(kind: ErrorKind) -> Option<Verdict> {
    Some(match kind {
        // Nobody was there to receive the call; or nothing was done, and asking again helps.
        ErrorKind::ConnectionRefused
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::NotConnected
        | ErrorKind::Interrupted
        | ErrorKind::WouldBlock
        | ErrorKind::ResourceBusy
        | ErrorKind::ExecutableFileBusy
        | ErrorKind::Deadlock
        | ErrorKind::StaleNetworkFileHandle => Verdict::retryable(),
        // The line broke: what had been sent before may have been acted upon.
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof
        | ErrorKind::WriteZero
        | ErrorKind::TimedOut => Verdict::retryable().in_doubt(),
        // This machine has used up its ports: fewer calls, not more.
        ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable => Verdict::throttled(),
        // A part may have been written before there was no more room.
        ErrorKind::OutOfMemory | ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Verdict::permanent().in_doubt()
        }
        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::AlreadyExists
        | ErrorKind::NotADirectory
        | ErrorKind::IsADirectory
        | ErrorKind::DirectoryNotEmpty
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::InvalidInput
        | ErrorKind::InvalidData
        | ErrorKind::NotSeekable
        | ErrorKind::FileTooLarge
        | ErrorKind::CrossesDevices
        | ErrorKind::TooManyLinks
        | ErrorKind::InvalidFilename
        | ErrorKind::ArgumentListTooLong
        | ErrorKind::Unsupported => Verdict::permanent(),
        _ => return None,
    })
}

/// The first `T` among an error and its sources. An `io::Error` is not its content's source, so
/// its content is looked at as well.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    for _ in 0..DEEPEST {
        let error = next?;
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_stable_kind_has_its_verdict() {
        use ErrorKind as K;

        const RETRYABLE: Verdict = Verdict::retryable();
        const LOST: Verdict = Verdict::retryable().in_doubt();
        const THROTTLED: Verdict = Verdict::throttled();
        const PERMANENT: Verdict = Verdict::permanent();
        const UNKNOWN: Verdict = Verdict::permanent().in_doubt();

        let table = [
            (K::ConnectionRefused, RETRYABLE),
            (K::HostUnreachable, RETRYABLE),
            (K::NetworkUnreachable, RETRYABLE),
            (K::NetworkDown, RETRYABLE),
            (K::NotConnected, RETRYABLE),
            (K::ConnectionReset, LOST),
            (K::ConnectionAborted, LOST),
            (K::BrokenPipe, LOST),
            (K::UnexpectedEof, LOST),
            (K::WriteZero, LOST),
            (K::TimedOut, LOST),
            (K::Interrupted, RETRYABLE),
            (K::WouldBlock, RETRYABLE),
            (K::ResourceBusy, RETRYABLE),
            (K::ExecutableFileBusy, RETRYABLE),
            (K::Deadlock, RETRYABLE),
            (K::StaleNetworkFileHandle, RETRYABLE),
            (K::AddrInUse, THROTTLED),
            (K::AddrNotAvailable, THROTTLED),
            (K::OutOfMemory, UNKNOWN),
            (K::StorageFull, UNKNOWN),
            (K::QuotaExceeded, UNKNOWN),
            (K::NotFound, PERMANENT),
            (K::PermissionDenied, PERMANENT),
            (K::AlreadyExists, PERMANENT),
            (K::NotADirectory, PERMANENT),
            (K::IsADirectory, PERMANENT),
            (K::DirectoryNotEmpty, PERMANENT),
            (K::ReadOnlyFilesystem, PERMANENT),
            (K::InvalidInput, PERMANENT),
            (K::InvalidData, PERMANENT),
            (K::NotSeekable, PERMANENT),
            (K::FileTooLarge, PERMANENT),
            (K::CrossesDevices, PERMANENT),
            (K::TooManyLinks, PERMANENT),
            (K::InvalidFilename, PERMANENT),
            (K::ArgumentListTooLong, PERMANENT),
            (K::Unsupported, PERMANENT),
            (K::Other, UNKNOWN),
        ];
        assert_eq!(table.len(), 39, "kinds that are stable on Rust 1.95");
        for (kind, expected) in table {
            assert_eq!(io::Error::from(kind).classify(), expected, "{kind:?}");
            assert_eq!(
                io::Error::new(kind, "said so").classify(),
                expected,
                "{kind:?}"
            );
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn codes_without_a_kind_are_looked_up() {
        for code in [23, 24, 105] {
            let error = io::Error::from_raw_os_error(code);
            assert_eq!(error.classify(), Verdict::throttled(), "{error}");
        }
        // EIO: nobody knows what has been written.
        let error = io::Error::from_raw_os_error(5);
        assert_eq!(error.classify(), Verdict::permanent().in_doubt());
        // ECONNREFUSED has a kind.
        assert_eq!(
            io::Error::from_raw_os_error(111).classify(),
            Verdict::retryable()
        );
    }

    #[test]
    fn a_rejection_speaks_for_itself_at_any_depth() {
        #[derive(Debug, thiserror::Error)]
        #[error("wrapped")]
        struct Wrapped(#[source] io::Error);

        let wait = Some(Duration::from_secs(7));
        let all = [
            Rejection::TimedOut {
                site: "s",
                after: Duration::from_secs(1),
            },
            Rejection::CircuitOpen {
                site: "s",
                retry_after: wait,
            },
            Rejection::RateLimited {
                site: "s",
                retry_after: wait,
            },
            Rejection::BulkheadFull { site: "s" },
            Rejection::Misconfigured {
                site: "s",
                reason: "no".into(),
            },
        ];
        for rejection in all {
            let expected = rejection.classify();
            let direct = io::Error::from(rejection.clone());
            assert_eq!(direct.classify(), expected, "{rejection:?}");
            // The outer kind would say something else.
            let inside = io::Error::new(ErrorKind::NotFound, Wrapped(direct));
            assert_eq!(inside.classify(), expected, "{rejection:?}");
        }
    }

    #[test]
    fn an_io_error_inside_another_is_asked_if_the_outer_says_nothing() {
        let lost = || io::Error::from(ErrorKind::ConnectionReset);
        assert_eq!(
            io::Error::other(lost()).classify(),
            Verdict::retryable().in_doubt()
        );
        let named = io::Error::new(ErrorKind::InvalidData, lost());
        assert_eq!(named.classify(), Verdict::permanent());
    }

    #[test]
    fn a_chain_without_end_is_given_up() {
        #[derive(Debug)]
        struct Endless;
        impl std::fmt::Display for Endless {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("endless")
            }
        }
        impl Error for Endless {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(self)
            }
        }
        assert_eq!(
            io::Error::other(Endless).classify(),
            Verdict::permanent().in_doubt()
        );
    }
}
