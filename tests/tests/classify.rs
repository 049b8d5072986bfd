//! `#[derive(Classify)]`, every form, through the public crate.
#![deny(warnings, clippy::pedantic, clippy::nursery, unused_qualifications)]
#![expect(
    dead_code,
    unreachable_pub,
    reason = "fields and modules that only have to be there"
)]

use std::{fmt, io, sync::Arc, time::Duration};

use http::StatusCode;
use resilience::{Class, Classify, Effect, Rejection, Verdict, http::StatusError};

const WAIT: Duration = Duration::from_secs(3);

mod classes {
    use super::*;

    #[derive(Debug, Classify)]
    enum Plain {
        #[retryable]
        Unit,
        #[throttled]
        Tuple(u8, u8),
        #[permanent]
        Named { _a: u8 },
        #[retryable()]
        Empty {},
        #[retryable(in_doubt)]
        Doubt,
        #[permanent(in_doubt)]
        Gone,
    }

    #[test]
    fn say_what_they_say() {
        for (error, verdict) in [
            (Plain::Unit, Verdict::retryable()),
            (Plain::Tuple(1, 2), Verdict::throttled()),
            (Plain::Named { _a: 1 }, Verdict::permanent()),
            (Plain::Empty {}, Verdict::retryable()),
            (Plain::Doubt, Verdict::retryable().in_doubt()),
            (Plain::Gone, Verdict::permanent().in_doubt()),
        ] {
            assert_eq!(error.classify(), verdict, "{error:?}");
        }
    }

    // Names that stand in the expansion, used by the user.
    #[derive(Classify)]
    enum Names {
        #[throttled(after = after, in_doubt)]
        After { after: Duration },
        #[retryable(after = 1)]
        Tuple(u8, Option<Duration>),
        #[retryable(in_doubt, after = r#type,)]
        Raw { r#type: Option<Duration> },
    }

    #[test]
    fn delays_come_from_fields() {
        let error = Names::After { after: WAIT };
        assert_eq!(
            error.classify(),
            Verdict::throttled().after(WAIT).in_doubt()
        );
        assert_eq!(
            Names::Tuple(0, Some(WAIT)).classify(),
            Verdict::retryable().after(WAIT)
        );
        assert_eq!(Names::Tuple(0, None).classify(), Verdict::retryable());
        let error = Names::Raw { r#type: Some(WAIT) };
        assert_eq!(
            error.classify(),
            Verdict::retryable().after(WAIT).in_doubt()
        );
    }

    #[derive(Classify)]
    enum Never {}

    #[test]
    fn an_empty_enum_has_an_impl() {
        fn classified<T: Classify>() {}
        classified::<Never>();
        classified::<std::convert::Infallible>();
    }
}

mod inherit {
    use super::*;

    #[derive(Debug, thiserror::Error, Classify)]
    enum Error {
        #[error(transparent)]
        #[inherit]
        From(#[from] io::Error),
        #[error("boxed")]
        #[inherit]
        Boxed(#[source] Box<Status>),
        #[error("shared")]
        #[inherit]
        Shared(Arc<Status>),
        #[error("{text}")]
        #[inherit]
        Marked {
            text: String,
            #[source]
            cause: Rejection,
        },
        #[error("{text}")]
        #[inherit]
        Named { text: String, source: Rejection },
        #[error("alone")]
        #[inherit]
        Alone { inner: Status },
        #[error("http")]
        #[inherit]
        Http(#[from] StatusError),
    }

    #[derive(Debug, thiserror::Error, Classify)]
    #[error("{code}")]
    #[by_status(code)]
    struct Status {
        code: u16,
    }

    #[test]
    fn asks_the_one_source() {
        let code = |code| Status { code };
        let full = Rejection::BulkheadFull { site: "s" };
        let text = String::new;
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        let busy = StatusError::new(StatusCode::TOO_MANY_REQUESTS, &http::HeaderMap::new());
        for (error, verdict) in [
            (Error::from(reset), Verdict::retryable().in_doubt()),
            (Error::Boxed(Box::new(code(429))), Verdict::throttled()),
            (Error::Shared(Arc::new(code(404))), Verdict::permanent()),
            (
                Error::Marked {
                    text: text(),
                    cause: full.clone(),
                },
                Verdict::retryable(),
            ),
            (
                Error::Named {
                    text: text(),
                    source: full,
                },
                Verdict::retryable(),
            ),
            (
                Error::Alone { inner: code(500) },
                Verdict::retryable().in_doubt(),
            ),
            (Error::from(busy), Verdict::throttled()),
        ] {
            assert_eq!(error.classify(), verdict, "{error:?}");
        }
    }

    #[test]
    fn a_rejection_in_an_io_error_keeps_its_verdict() {
        let rejection = Rejection::TimedOut {
            site: "s",
            after: WAIT,
        };
        let error = Error::from(io::Error::from(rejection));
        assert_eq!(error.classify(), Verdict::retryable().in_doubt());
    }
}

mod by_status {
    use super::*;

    #[derive(Classify)]
    enum Error {
        #[by_status(0)]
        Number(u16),
        #[by_status(status, after = wait)]
        Code {
            status: StatusCode,
            wait: Option<Duration>,
        },
        #[by_status(after)]
        Odd { after: u16 },
    }

    #[test]
    fn goes_by_the_table() {
        assert_eq!(Error::Number(404).classify(), Verdict::permanent());
        assert_eq!(
            Error::Odd { after: 502 }.classify(),
            Verdict::retryable().in_doubt()
        );
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let error = |wait| Error::Code { status, wait };
        assert_eq!(error(None).classify(), Verdict::retryable().in_doubt());
        assert_eq!(
            error(Some(WAIT)).classify(),
            Verdict::throttled().after(WAIT).in_doubt()
        );
    }
}

mod with {
    use super::*;

    #[derive(Classify)]
    #[classify(with = Self::verdict)]
    enum Whole {
        Even(u8),
        Odd,
    }

    impl Whole {
        const fn verdict(&self) -> Verdict {
            match self {
                Self::Even(0) | Self::Odd => Verdict::permanent(),
                Self::Even(_) => Verdict::throttled(),
            }
        }
    }

    #[derive(Classify)]
    enum One<const N: usize> {
        #[classify(with = large::<N>)]
        Computed,
        #[permanent]
        Other,
    }

    const fn large<const N: usize>(error: &One<N>) -> Verdict {
        match error {
            One::Computed if N > 1 => Verdict::retryable(),
            _ => Verdict::permanent(),
        }
    }

    #[test]
    fn a_function_computes() {
        assert!(Whole::Even(2).classify().is_throttled());
        assert!(Whole::Even(0).classify().is_permanent());
        assert!(Whole::Odd.classify().is_permanent());
        assert!(One::<2>::Computed.classify().is_retryable());
        assert!(One::<1>::Computed.classify().is_permanent());
        assert!(One::<2>::Other.classify().is_permanent());
    }
}

mod types {
    use super::*;

    #[derive(Classify)]
    #[classify(default = permanent)]
    enum Default {
        Silent,
        Also(u8),
        #[retryable]
        Spoken,
    }

    #[derive(Classify)]
    #[throttled(after = 0, in_doubt)]
    struct Tuple(Duration);

    #[derive(Classify)]
    #[retryable]
    struct Unit;

    #[derive(Classify)]
    #[inherit]
    struct Wrapper<'a, E>(&'a E)
    where
        E: fmt::Debug + ?Sized;

    #[derive(Classify)]
    enum Generic<E, T> {
        #[inherit]
        Inner(E),
        #[inherit]
        Boxed(Box<E>),
        #[permanent]
        Value(T),
    }

    #[derive(Classify)]
    #[expect(clippy::use_self, reason = "both ways to name it")]
    enum Recursive<T> {
        #[inherit]
        Deeper(Box<Self>),
        #[inherit]
        Again(Box<Recursive<T>>),
        #[retryable]
        End(T),
    }

    mod facade {
        pub mod inside {
            pub use resilience::*;
        }
    }

    #[derive(Classify)]
    #[classify(crate = facade::inside)]
    enum Renamed {
        #[retryable]
        A,
    }

    // Everything the prelude offers, shadowed.
    mod shadowed {
        pub struct Option;
        pub struct Some;
        pub struct Verdict;
        pub mod core {}
        pub mod std {}

        #[derive(super::Classify)]
        pub enum Error {
            #[throttled(after = wait)]
            Busy { wait: ::std::time::Duration },
            #[by_status(0)]
            Status(u16, Option, Some, Verdict),
        }
    }

    macro_rules! defined_elsewhere {
        ($name:ident, $ty:ty) => {
            #[derive(Classify)]
            enum $name {
                #[inherit]
                A($ty),
            }
        };
    }
    defined_elsewhere!(FromMacro, io::Error);

    #[deprecated = "but still in use"]
    #[derive(Classify)]
    #[permanent]
    struct Old;

    #[derive(Classify)]
    enum KeepsOld {
        #[inherit]
        #[expect(
            deprecated,
            reason = "the field itself; the expansion must stay silent"
        )]
        Old(Old),
    }

    #[test]
    fn every_kind_of_type() {
        assert!(Default::Silent.classify().is_permanent());
        assert!(Default::Also(1).classify().is_permanent());
        assert!(Default::Spoken.classify().is_retryable());
        assert_eq!(
            Tuple(WAIT).classify(),
            Verdict::throttled().after(WAIT).in_doubt()
        );
        assert_eq!(Unit.classify().class, Class::Retryable);
        let inner = Rejection::Misconfigured {
            site: "s",
            reason: "no".into(),
        };
        assert!(Wrapper(&inner).classify().is_permanent());
        assert!(
            Generic::<_, ()>::Inner(inner.clone())
                .classify()
                .is_permanent()
        );
        assert!(
            Generic::<_, ()>::Boxed(Box::new(inner))
                .classify()
                .is_permanent()
        );
        assert!(Generic::<Rejection, _>::Value(1).classify().is_permanent());
        let deep = Recursive::Deeper(Box::new(Recursive::Again(Box::new(Recursive::End(1)))));
        assert!(deep.classify().is_retryable());
        assert!(Renamed::A.classify().is_retryable());
        let busy = shadowed::Error::Busy { wait: WAIT };
        assert_eq!(busy.classify(), Verdict::throttled().after(WAIT));
        let status =
            shadowed::Error::Status(500, shadowed::Option, shadowed::Some, shadowed::Verdict);
        assert_eq!(status.classify().effect, Effect::InDoubt);
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(FromMacro::A(refused).classify(), Verdict::retryable());
        #[expect(deprecated, reason = "to make one")]
        let old = KeepsOld::Old(Old);
        assert!(old.classify().is_permanent());
    }
}
