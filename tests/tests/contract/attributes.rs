//! §3: where attributes may stand.

use std::{
    borrow::Cow,
    fmt,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use resilience::{
    Class, Classify, Effect, Rejection, Verdict, circuit, compensate, fallback, retry, saga,
    timeout,
};

use crate::dependency::{Count, Dependency, Error, timed};

fn is_send<T: Send>(value: T) -> T {
    value
}

/// §1, the error type of the first example; the gateway's error is one that std has.
#[derive(Debug, thiserror::Error, Classify)]
enum PaymentError {
    #[error("card declined: {0}")]
    #[permanent]
    Declined(String),
    #[error("gateway busy")]
    #[throttled(after = wait)]
    Busy { wait: Option<std::time::Duration> },
    #[error("gateway: {0}")]
    #[inherit]
    Gateway(#[from] std::io::Error),
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

#[derive(Debug, Clone, PartialEq)]
struct Order {
    id: u32,
    total: u32,
}

#[derive(Debug, Clone, PartialEq)]
struct Charge(u32);

async fn refund(charge: &Charge) -> Result<(), PaymentError> {
    UNDONE.fetch_add(charge.0, SeqCst);
    Ok(())
}

static UNDONE: AtomicU32 = AtomicU32::new(0);

async fn charge_by_invoice(order: &Order) -> Result<Charge, PaymentError> {
    Ok(Charge(order.total))
}

/// §1, the stack of the first example.
#[compensate(refund)] // if a later step of the saga fails, undo this one
#[fallback(charge_by_invoice)]
#[retry(max = 3, on = Retryable)]
#[circuit(failures = 5, cooldown = 30s)]
#[timeout(10s)]
async fn charge(order: &Order) -> Result<Charge, PaymentError> {
    if order.id == 0 {
        return Err(PaymentError::Declined("no order".to_owned()));
    }
    if order.id == 1 {
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))?;
    }
    if order.id == 2 {
        let wait = Some(std::time::Duration::from_secs(1));
        return Err(PaymentError::Busy { wait });
    }
    Ok(Charge(order.total))
}

#[saga]
async fn checkout(order: Order) -> Result<Charge, PaymentError> {
    let charge = charge(&order).await?;
    if order.id == 3 {
        return Err(PaymentError::Declined("at the end".to_owned()));
    }
    Ok(charge)
}

#[tokio::test(start_paused = true)]
async fn the_first_example_does_what_it_says() {
    let order = |id| Order { id, total: 100 };
    assert_eq!(is_send(charge(&order(9))).await.unwrap(), Charge(100));
    let (charged, took) = timed(charge(&order(0))).await;
    assert_eq!((charged.unwrap(), took), (Charge(100), 0), "by invoice");
    assert_eq!(checkout(order(9)).await.unwrap(), Charge(100));
    assert_eq!(UNDONE.load(SeqCst), 0);
    let failed = checkout(order(3)).await;
    assert!(matches!(failed, Err(PaymentError::Declined(_))));
    assert_eq!(UNDONE.load(SeqCst), 100);
}

/// An error with a lifetime and a type of its own.
#[derive(Debug, PartialEq, Classify)]
enum Borrowed<'a, T> {
    #[retryable]
    Busy(&'a str),
    #[permanent]
    Wrong(T),
    #[inherit]
    Rejected(Rejection),
}

impl<T> From<Rejection> for Borrowed<'_, T> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

#[timeout(10s)]
#[retry(max = 2, backoff = constant(1s), jitter = none)]
#[circuit(failures = 50)]
#[timeout(1s)]
async fn borrows<'a, T: Clone + Send + Sync>(
    name: &'a str,
    wrong: &T,
    runs: &Count,
) -> Result<&'a str, Borrowed<'a, T>> {
    match runs.add() {
        1 => Err(Borrowed::Busy(name)),
        2 if name.is_empty() => Err(Borrowed::Wrong(wrong.clone())),
        _ => Ok(name),
    }
}

#[retry(max = 1, backoff = none)]
#[timeout(1s)]
async fn elided(name: &str) -> Result<Cow<'_, str>, Borrowed<'_, u8>> {
    if name == "busy" {
        return Err(Borrowed::Busy(name));
    }
    Ok(name.into())
}

#[tokio::test(start_paused = true)]
async fn the_error_type_may_have_lifetimes_and_generics() {
    let runs = Count::default();
    assert_eq!(is_send(borrows("a", &7_u8, &runs)).await, Ok("a"));
    assert_eq!(runs.get(), 2);
    let runs = Count::default();
    assert_eq!(
        borrows("", &7_u8, &runs).await,
        Err(Borrowed::Wrong(7_u8)),
        "a permanent error ends it"
    );
    assert_eq!(elided("busy").await, Err(Borrowed::Busy("busy")));
    assert_eq!(elided("x").await, Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn the_error_type_may_be_the_rejection_itself() {
    #[retry(max = 2, backoff = none)]
    #[circuit(failures = 2)]
    #[timeout(1s)]
    async fn call() -> Result<(), Rejection> {
        std::future::pending().await
    }
    let rejection = call().await.unwrap_err();
    assert!(rejection.is_circuit_open(), "{rejection}");
}

#[tokio::test(start_paused = true)]
async fn the_error_may_be_shared() {
    #[retry(max = 2, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Arc<Error>> {
        dependency.call().await.map_err(Arc::new)
    }
    #[fallback(value = 3)]
    #[retry(max = 1, backoff = none, on = _)]
    async fn boxed(dependency: &Dependency) -> Result<u32, Box<Error>> {
        Ok(dependency.call().await?)
    }
    let dependency = Dependency::says("FFN");
    assert_eq!(call(&dependency).await, Err(Arc::new(Error::Gone)));
    assert_eq!(dependency.runs(), 3);
    assert_eq!(boxed(&Dependency::says("F*")).await, Ok(3));
}

/// Says nothing about itself: no `Debug`, no `Display`, no `Clone`, no `Classify`.
struct Mute;

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_of_the_error_type_where_no_class_word_is_used() {
    #[retry(max = 2, on = _, backoff = none)]
    async fn all(runs: &Count) -> Result<(), Mute> {
        runs.add();
        Err(Mute)
    }
    #[fallback(value = ())]
    #[retry(max = 2, on = Mute, backoff = none)]
    async fn pattern(runs: &Count) -> Result<(), Mute> {
        runs.add();
        Err(Mute)
    }
    #[retry(max = 2, when = |_: &Mute| true, backoff = none)]
    async fn predicate(runs: &Count) -> Result<(), Mute> {
        runs.add();
        Err(Mute)
    }
    let runs = Count::default();
    assert!(all(&runs).await.is_err());
    assert!(pattern(&runs).await.is_ok());
    assert!(predicate(&runs).await.is_err());
    assert_eq!(runs.get(), 9);
}

/// Cannot be cloned, cannot be shown.
struct Token(u32);

#[tokio::test(start_paused = true)]
async fn no_clone_is_asked_without_retry_or_fallback() {
    #[timeout(1s)]
    #[circuit(failures = 5)]
    async fn guarded(token: Token, Token(more): Token) -> Result<u32, Error> {
        Ok(token.0 + more)
    }
    #[saga]
    #[timeout(1s)]
    async fn in_a_saga(token: Token) -> Result<u32, Error> {
        Ok(token.0)
    }
    async fn undo(output: &u32) -> Result<(), fmt::Error> {
        let _ = output;
        Ok(())
    }
    #[compensate(undo)]
    async fn step(token: Token) -> Result<u32, Error> {
        Ok(token.0)
    }
    #[fallback(value = 1)]
    async fn by_value(token: Token) -> Result<u32, Error> {
        drop(token);
        Err(Error::Gone)
    }
    #[retry(max = 1, backoff = none)]
    async fn by_reference(
        token: &Token,
        other: Option<&Token>,
        all: &mut [Token],
    ) -> Result<u32, Error> {
        all[0].0 += 1;
        if all[0].0 == 1 {
            return Err(Error::Busy);
        }
        Ok(token.0 + other.map_or(0, |token| token.0))
    }
    assert_eq!(guarded(Token(1), Token(2)).await, Ok(3));
    assert_eq!(in_a_saga(Token(1)).await, Ok(1));
    assert_eq!(step(Token(1)).await, Ok(1));
    assert_eq!(by_value(Token(1)).await, Ok(1));
    let result = by_reference(&Token(1), Some(&Token(2)), &mut [Token(0)]).await;
    assert_eq!(result, Ok(3));
}

#[derive(Debug, Clone)]
struct Client {
    dependency: Arc<Dependency>,
    name: String,
}

impl Client {
    fn says(line: &str) -> Self {
        Self {
            dependency: Arc::new(Dependency::says(line)),
            name: "client".to_owned(),
        }
    }

    #[retry(max = 2, backoff = none)]
    async fn consumed(self) -> Result<String, Error> {
        let Self { dependency, name } = self;
        dependency.call().await?;
        Ok(name)
    }

    #[retry(max = 2, backoff = none)]
    #[timeout(1s)]
    async fn changed(mut self, suffix: String) -> Result<String, Error> {
        self.name.push_str(&suffix);
        self.dependency.call().await?;
        drop(suffix);
        Ok(self.name)
    }

    #[fallback(Self::renamed)]
    async fn taken(self, suffix: &str) -> Result<String, Error> {
        let Self { dependency, name } = self;
        dependency.call().await?;
        Ok(name + suffix)
    }

    async fn renamed(self, suffix: &str) -> Result<String, Error> {
        Ok(format!("{}{suffix}!", self.name))
    }

    #[fallback(Self::renamed)]
    #[retry(max = 1, backoff = none)]
    async fn both(self, suffix: &str) -> Result<String, Error> {
        let Self { dependency, name } = self;
        dependency.call().await?;
        Ok(name + suffix)
    }

    #[retry(max = 2, backoff = none)]
    async fn shared(self: Arc<Self>) -> Result<usize, Error> {
        let held = self;
        held.dependency.call().await?;
        Ok(Arc::strong_count(&held))
    }

    #[timeout(1s)]
    #[circuit(failures = 5)]
    async fn once(self: Box<Self>) -> Result<String, Error> {
        let this = *self;
        this.dependency.call().await?;
        Ok(this.name)
    }
}

#[tokio::test(start_paused = true)]
async fn self_by_value_may_be_consumed() {
    let client = Client::says("FFS");
    assert_eq!(is_send(client.consumed()).await, Ok("client".to_owned()));
    let client = Client::says("FFS");
    assert_eq!(
        client.changed("+".to_owned()).await,
        Ok("client+".to_owned()),
        "each attempt gets `self` as it came"
    );
    assert_eq!(
        Client::says("N").taken("?").await,
        Ok("client?!".to_owned())
    );
    let client = Client::says("F*");
    assert_eq!(client.clone().both("?").await, Ok("client?!".to_owned()));
    assert_eq!(client.dependency.runs(), 2);
    assert_eq!(Arc::new(Client::says("FFS")).shared().await, Ok(1));
    assert_eq!(
        Box::new(Client::says("S")).once().await,
        Ok("client".to_owned())
    );
}

struct Uncloned(u32);

impl Uncloned {
    #[timeout(1s)]
    #[circuit(failures = 5)]
    async fn once(self) -> Result<u32, Error> {
        Ok(self.0)
    }

    #[fallback(value = 9)]
    async fn or_nine(self) -> Result<u32, Error> {
        drop(self);
        Err(Error::Gone)
    }
}

#[tokio::test(start_paused = true)]
async fn self_by_value_needs_no_clone_where_nothing_runs_again() {
    assert_eq!(Uncloned(1).once().await, Ok(1));
    assert_eq!(Uncloned(1).or_nine().await, Ok(9));
}

trait Store {
    type Error: From<Rejection> + Classify;
    const RETRIES: u32;

    async fn get(&self, key: &str) -> Result<String, Self::Error>;

    #[retry(max = Self::RETRIES, backoff = none)]
    #[timeout(1s)]
    async fn get_or_empty(&self, key: &str) -> Result<String, Self::Error>
    where
        Self: Sync,
    {
        self.get(key).await
    }
}

impl Store for Dependency {
    type Error = Error;
    const RETRIES: u32 = 1;

    async fn get(&self, key: &str) -> Result<String, Error> {
        self.call().await?;
        Ok(key.to_owned())
    }
}

#[retry(max = S::RETRIES, backoff = none)]
#[circuit(failures = 50)]
async fn through<S>(store: &S, key: &str) -> Result<String, S::Error>
where
    S: Store + Sync,
{
    store.get(key).await
}

#[tokio::test(start_paused = true)]
async fn associated_types_and_constants() {
    assert_eq!(
        Dependency::says("FS").get_or_empty("k").await,
        Ok("k".to_owned())
    );
    assert_eq!(
        Dependency::says("FFS").get_or_empty("k").await,
        Err(Error::Busy)
    );
    assert_eq!(
        through(&Dependency::says("FS"), "k").await,
        Ok("k".to_owned())
    );
    assert_eq!(
        through(&Dependency::says("FFS"), "k").await,
        Err(Error::Busy)
    );
}

struct Limited<const N: u32, T>(T);

trait Limit {
    const FAILURES: u32;
    const WAIT: std::time::Duration;
}

struct Two;

impl Limit for Two {
    const FAILURES: u32 = 2;
    const WAIT: std::time::Duration = std::time::Duration::from_secs(2);
}

impl<const N: u32, T: Limit + Sync> Limited<N, T> {
    #[retry(max = N, backoff = none)]
    async fn retried(&self, dependency: &Dependency) -> Result<u32, Error> {
        let _ = &self.0;
        dependency.call().await
    }

    #[circuit(failures = N)]
    async fn guarded(&self, dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
}

#[circuit(failures = T::FAILURES, cooldown = T::WAIT)]
#[timeout(T::WAIT)]
async fn guarded_by<T: Limit>(_: &T, dependency: &Dependency) -> Result<u32, Error> {
    dependency.call().await
}

#[tokio::test(start_paused = true)]
async fn values_may_be_generic_constants() {
    let limited = Limited::<2, _>(Two);
    assert_eq!(limited.retried(&Dependency::says("FFS")).await, Ok(3));
    assert_eq!(
        limited.retried(&Dependency::says("FFFS")).await,
        Err(Error::Busy)
    );
    let dependency = Dependency::says("F*");
    for _ in 0..5 {
        assert!(limited.guarded(&dependency).await.is_err());
    }
    assert_eq!(dependency.runs(), 2);
    let dependency = Dependency::says("F*");
    for _ in 0..5 {
        assert!(guarded_by(&Two, &dependency).await.is_err());
    }
    assert_eq!(dependency.runs(), 2);
}

mod kept {
    use resilience::{retry, timeout};

    use super::Error;

    #[retry(max = 1)]
    #[must_use = "look at it"]
    #[inline]
    #[doc(alias = "calls")]
    #[timeout(1s)]
    /// Documented below.
    pub(super) async fn visible(
        #[allow(unused_variables, reason = "what is tested")] spare: u32,
    ) -> Result<u32, Error> {
        #![allow(unused_mut, reason = "what is tested")]
        let mut value = 1;
        Ok(value)
    }
}

#[tokio::test(start_paused = true)]
async fn other_attributes_and_the_visibility_are_kept() {
    assert_eq!(kept::visible(0).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn raw_names_and_shadowing_arguments() {
    #[retry(max = 1, backoff = none)]
    #[fallback(value = r#type + error, on = Error::Gone)]
    async fn r#match(r#type: u32, error: u32, args: &Dependency) -> Result<u32, Error> {
        let outcome = args.call().await?;
        let attempts = outcome;
        let limit = attempts;
        Ok(limit + r#type + error)
    }
    assert_eq!(r#match(10, 20, &Dependency::says("FS")).await, Ok(32));
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_not_send_is_none() {
    #[fallback(value = 9)]
    #[retry(max = 1, backoff = none)]
    #[circuit(failures = 5)]
    #[timeout(1s)]
    async fn local(dependency: Rc<Dependency>) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(local(Rc::new(Dependency::says("FS"))).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn the_whole_stack_is_send() {
    async fn undo(name: &str, numbers: &[u32]) -> Result<(), fmt::Error> {
        let _ = (name, numbers);
        Ok(())
    }
    async fn other(dependency: &Dependency, name: &str, numbers: &[u32]) -> Result<u32, Error> {
        let _ = (name, numbers);
        dependency.call().await
    }
    #[compensate(undo(name, numbers))]
    #[timeout(60s)]
    #[fallback(other)]
    #[retry]
    #[circuit(key = name)]
    #[timeout(1s)]
    async fn step(dependency: &Dependency, name: &str, numbers: &[u32]) -> Result<u32, Error> {
        let _ = (name, numbers);
        dependency.call().await
    }
    #[saga]
    async fn outer(dependency: &Dependency) -> Result<u32, Error> {
        step(dependency, "n", &[1, 2]).await
    }
    assert_eq!(is_send(outer(&Dependency::says("S"))).await, Ok(1));
}

#[test]
fn verdicts_can_be_written_out() {
    struct Hand;
    impl Classify for Hand {
        fn classify(&self) -> Verdict {
            Verdict {
                class: Class::Permanent,
                after: None,
                effect: Effect::InDoubt,
            }
        }
    }
    assert_eq!(Hand.classify().effect, Effect::InDoubt);
}
