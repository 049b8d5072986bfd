//! §4: classes, verdicts, the derive, rejections.

use std::{error::Error as StdError, io, sync::Arc, time::Duration};

use resilience::{Class, Classify, Effect, Rejection, Verdict, retry};

use crate::dependency::{Count, ms, timed};

#[derive(Debug, Clone, Classify)]
#[expect(dead_code, reason = "fields that only the derive looks at, or nobody")]
enum Everything<'a, T>
where
    T: Classify,
{
    #[retryable]
    Plain,
    #[retryable(in_doubt)]
    Doubt,
    #[retryable(after = wait)]
    Wait { wait: Duration },
    #[retryable(after = wait, in_doubt)]
    WaitInDoubt {
        wait: Option<Duration>,
        name: &'a str,
    },
    #[throttled(in_doubt)]
    Throttled,
    #[permanent(after = later)]
    Later { later: Duration },
    #[permanent(in_doubt)]
    Lost,
    #[inherit]
    Other(T),
    #[by_status(status)]
    Http { status: u16, body: String },
    #[classify(with = by_hand)]
    Hand(u32),
}

fn by_hand<T: Classify>(error: &Everything<'_, T>) -> Verdict {
    match error {
        Everything::Hand(0) => Verdict::permanent(),
        _ => Verdict::throttled().after(ms(7)),
    }
}

fn verdict(class: Class, after: Option<Duration>, effect: Effect) -> Verdict {
    Verdict {
        class,
        after,
        effect,
    }
}

#[test]
fn every_word_of_the_derive() {
    use Class::{Permanent, Retryable, Throttled};
    use Effect::{InDoubt, None as Nothing};
    type E = Everything<'static, Rejection>;
    let http = |status| E::Http {
        status,
        body: String::new(),
    };
    let name = "n";
    for (error, expected) in [
        (E::Plain, verdict(Retryable, None, Nothing)),
        (E::Doubt, verdict(Retryable, None, InDoubt)),
        (
            E::Wait { wait: ms(5) },
            verdict(Retryable, Some(ms(5)), Nothing),
        ),
        (
            E::WaitInDoubt { wait: None, name },
            verdict(Retryable, None, InDoubt),
        ),
        (
            E::WaitInDoubt {
                wait: Some(ms(1)),
                name,
            },
            verdict(Retryable, Some(ms(1)), InDoubt),
        ),
        (E::Throttled, verdict(Throttled, None, InDoubt)),
        (
            E::Later { later: ms(3) },
            verdict(Permanent, Some(ms(3)), Nothing),
        ),
        (E::Lost, verdict(Permanent, None, InDoubt)),
        (
            E::Other(Rejection::BulkheadFull { site: "s" }),
            verdict(Retryable, None, Nothing),
        ),
        (E::Hand(0), verdict(Permanent, None, Nothing)),
        (E::Hand(1), verdict(Throttled, Some(ms(7)), Nothing)),
        (http(429), verdict(Throttled, None, Nothing)),
        (http(404), verdict(Permanent, None, Nothing)),
    ] {
        assert_eq!(error.classify(), expected, "{error:?}");
    }
    assert_eq!(http(503).classify().class, Retryable);
    assert_eq!(http(500).classify().class, Retryable);
}

#[derive(Debug, Classify)]
#[throttled(after = wait)]
struct Busy {
    wait: Duration,
}

#[derive(Debug, Classify)]
#[inherit]
struct Wrapper<E: Classify>(E);

#[derive(Debug, Classify)]
#[permanent]
struct Unit;

#[derive(Debug, Classify)]
#[by_status(0)]
struct Status(u16);

#[derive(Debug, Classify)]
#[classify(default = permanent)]
#[expect(dead_code, reason = "fields that only the derive looks at, or nobody")]
enum Mostly {
    #[retryable]
    Busy,
    Gone,
    Worse(u8),
}

#[derive(Debug, thiserror::Error, Classify)]
enum Layered {
    #[error("io")]
    #[inherit]
    Io {
        #[source]
        cause: io::Error,
        path: String,
    },
    #[error(transparent)]
    #[inherit]
    Boxed(Box<Rejection>),
    #[error(transparent)]
    #[inherit]
    Shared(Arc<Rejection>),
}

#[test]
fn structs_defaults_and_sources() {
    assert_eq!(
        Busy { wait: ms(2) }.classify(),
        Verdict::throttled().after(ms(2))
    );
    assert_eq!(
        Wrapper(Busy { wait: ms(2) }).classify(),
        Verdict::throttled().after(ms(2))
    );
    assert_eq!(Unit.classify(), Verdict::permanent());
    assert_eq!(Status(429).classify().class, Class::Throttled);
    assert_eq!(Mostly::Busy.classify().class, Class::Retryable);
    assert_eq!(Mostly::Gone.classify().class, Class::Permanent);
    assert_eq!(Mostly::Worse(1).classify().class, Class::Permanent);
    let cause = io::Error::from(io::ErrorKind::NotFound);
    let path = "p".to_owned();
    assert_eq!(
        Layered::Io { cause, path }.classify().class,
        Class::Permanent
    );
    let full = Rejection::BulkheadFull { site: "s" };
    assert_eq!(
        Layered::Boxed(Box::new(full.clone())).classify().class,
        Class::Retryable
    );
    assert_eq!(
        Layered::Shared(Arc::new(full)).classify().class,
        Class::Retryable
    );
}

#[test]
fn the_verdicts_of_rejections() {
    let (site, after) = ("api::load", ms(10));
    let retry_after = Some(ms(30));
    let timed_out = Rejection::TimedOut { site, after };
    let open = Rejection::CircuitOpen { site, retry_after };
    let limited = Rejection::RateLimited { site, retry_after };
    let full = Rejection::BulkheadFull { site };
    let reason = "no".into();
    let wrong = Rejection::Misconfigured { site, reason };
    assert_eq!(timed_out.classify(), Verdict::retryable().in_doubt());
    assert_eq!(open.classify(), Verdict::permanent().after(ms(30)));
    assert_eq!(limited.classify(), Verdict::throttled().after(ms(30)));
    assert_eq!(full.classify(), Verdict::retryable());
    assert_eq!(wrong.classify().effect, Effect::None);
    assert!(timed_out.is_timed_out() && !timed_out.is_circuit_open());
    assert!(open.is_circuit_open() && !open.is_rate_limited());
    assert!(limited.is_rate_limited() && !limited.is_bulkhead_full());
    assert!(full.is_bulkhead_full() && !full.is_timed_out());
    for rejection in [timed_out, open, limited, full, wrong] {
        assert_eq!(rejection.site(), site);
        let later = rejection.is_circuit_open() || rejection.is_rate_limited();
        assert_eq!(rejection.retry_after(), later.then_some(ms(30)));
        let copy: Box<dyn StdError + Send + Sync> = Box::new(rejection.clone());
        assert_eq!(copy.to_string(), rejection.to_string());
        let boxed: Box<dyn StdError + Send + Sync> = rejection.clone().into();
        assert_eq!(boxed.downcast_ref::<Rejection>(), Some(&rejection));
        let any = anyhow::Error::from(rejection.clone());
        assert_eq!(any.downcast_ref::<Rejection>(), Some(&rejection));
        let io = io::Error::from(rejection.clone());
        assert_eq!(io.classify(), rejection.classify());
        assert!(
            io.get_ref()
                .is_some_and(<dyn StdError + Send + Sync>::is::<Rejection>)
        );
    }
}

#[test]
fn an_io_error_made_from_a_rejection_keeps_it_as_its_source() {
    let rejection = Rejection::BulkheadFull { site: "s" };
    let error = io::Error::from(rejection.clone());
    let wrapped = io::Error::other(error);
    let mut source: Option<&(dyn StdError + 'static)> = Some(&wrapped);
    let mut found = None;
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            let inner = io
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<Rejection>());
            found = found.or(inner);
        }
        found = found.or(error.downcast_ref::<Rejection>());
        source = error.source();
    }
    assert!(found.is_some() || wrapped.classify() == rejection.classify());
    assert_eq!(wrapped.classify(), rejection.classify());
}

#[tokio::test(start_paused = true)]
async fn the_delay_of_the_derive_is_the_delay_of_the_retry() {
    #[retry(max = 2, backoff = constant(10ms), jitter = none)]
    async fn call(runs: &Count) -> Result<u32, Busy> {
        match runs.add() {
            1 => Err(Busy { wait: ms(4) }),
            2 => Err(Busy { wait: ms(400) }),
            n => Ok(n),
        }
    }
    let runs = Count::default();
    let (result, took) = timed(call(&runs)).await;
    assert_eq!((result.ok(), took), (Some(3), 10 + 400));
}

#[tokio::test(start_paused = true)]
async fn class_words_select_by_the_verdict() {
    type E = Everything<'static, Rejection>;
    macro_rules! selects {
        ($word:ident: $($error:expr => $yes:literal),* $(,)?) => {{
            #[retry(max = 1, backoff = none, on = $word)]
            async fn call(runs: &Count, error: E) -> Result<(), E> {
                runs.add();
                Err(error)
            }
            $(
                let runs = Count::default();
                assert!(call(&runs, $error).await.is_err());
                let expected = if $yes { 2 } else { 1 };
                assert_eq!(runs.get(), expected, "{} {:?}", stringify!($word), $error);
            )*
        }};
    }
    selects!(Retryable: E::Plain => true, E::Doubt => true, E::Throttled => true, E::Lost => false);
    selects!(Throttled: E::Plain => false, E::Throttled => true, E::Lost => false);
    selects!(Permanent: E::Plain => false, E::Throttled => false, E::Lost => true, E::Hand(0) => true);
    selects!(Unapplied: E::Plain => true, E::Doubt => false, E::Lost => false, E::Hand(0) => true);
}
