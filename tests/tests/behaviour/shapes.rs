//! Every shape of function an attribute can stand on: it compiles, its future is `Send`, and it
//! does what it did before.

use std::{
    fmt::Display,
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use resilience::{Class, Classify, Effect, Rejection, Verdict, fallback, retry, timeout};

#[derive(Debug, Clone, PartialEq)]
enum Error {
    Busy,
    Gone,
    Rejected(Rejection),
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Busy => Verdict::retryable(),
            Self::Gone => Verdict::permanent(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// Runs a future on another task, which asks for `Send`.
async fn spawned<F: Future<Output: Send> + Send + 'static>(future: F) -> F::Output {
    tokio::spawn(future).await.unwrap()
}

/// Fails so often, then succeeds.
#[derive(Debug, Clone, Default)]
struct Flaky(Arc<AtomicU32>);

impl Flaky {
    fn times(times: u32) -> Self {
        Self(Arc::new(AtomicU32::new(times)))
    }

    fn attempt(&self) -> Result<(), Error> {
        let left = self.0.load(SeqCst);
        self.0.store(left.saturating_sub(1), SeqCst);
        if left > 0 { Err(Error::Busy) } else { Ok(()) }
    }
}

#[retry(max = 3)]
async fn free(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(7)
}

#[retry(max = 3)]
#[timeout(1s)]
async fn owned(flaky: Flaky, name: String, mut count: u32) -> Result<String, Error> {
    count += 1;
    flaky.attempt()?;
    drop(flaky);
    Ok(name + &count.to_string())
}

#[retry]
async fn patterns((a, mut b): (u32, u32), flaky: Flaky, [x, ..]: [u8; 3]) -> Result<u32, Error> {
    b += 1;
    if flaky.attempt().is_err() {
        return Err(Error::Busy);
    }
    Ok(a + b + u32::from(x))
}

#[retry]
async fn generic<T: Display + Clone + Send, const N: usize>(
    flaky: &Flaky,
    items: [T; N],
) -> Result<String, Error> {
    flaky.attempt()?;
    Ok(items.map(|item| item.to_string()).concat())
}

#[retry]
async fn opaque(flaky: &Flaky, name: impl Into<String> + Clone + Send) -> Result<String, Error> {
    flaky.attempt()?;
    Ok(name.into())
}

#[retry]
#[timeout(2s)]
async fn lifetimes<'a, 'b: 'a>(
    one: &'a str,
    two: &'b str,
    flaky: &Flaky,
) -> Result<&'a str, Error> {
    flaky.attempt()?;
    Ok(if one.len() > two.len() { one } else { two })
}

#[retry]
async fn pushes(seen: &mut Vec<u32>, flaky: &Flaky) -> Result<usize, Error> {
    seen.push(1);
    flaky.attempt()?;
    Ok(seen.len())
}

trait Shape: Send + Sync {
    fn area(&self) -> u32;
}

struct Square(u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

#[retry]
async fn coerces(flaky: &Flaky) -> Result<Box<dyn Shape>, Error> {
    flaky.attempt()?;
    Ok(Box::new(Square(3)))
}

#[retry]
async fn labels(flaky: &Flaky) -> Result<u32, Error> {
    let found = 'outer: loop {
        for n in 0.. {
            if n == 5 {
                break 'outer n;
            }
        }
    };
    flaky.attempt()?;
    Ok(found)
}

#[retry]
async fn hidden(flaky: &Flaky) -> Result<impl Display + use<>, Error> {
    flaky.attempt()?;
    Ok(42)
}

#[retry(on = _, max = 2)]
async fn io_alias(flaky: &Flaky) -> io::Result<u32> {
    flaky
        .attempt()
        .map_err(|_| io::ErrorKind::ConnectionReset)?;
    Ok(1)
}

#[timeout(1s)]
#[retry(on = _)]
async fn anyhow_alias(flaky: &Flaky) -> anyhow::Result<u32> {
    flaky.attempt().map_err(|_| anyhow::anyhow!("busy"))?;
    Ok(1)
}

#[timeout(1s)]
#[retry(on = _)]
async fn boxed_error(flaky: &Flaky) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    flaky.attempt().map_err(|_| "busy")?;
    Ok(1)
}

#[retry]
fn returns_a_future(
    flaky: &Flaky,
    name: String,
) -> impl Future<Output = Result<String, Error>> + Send {
    async move {
        flaky.attempt()?;
        Ok(name)
    }
}

#[retry]
fn recursive(depth: u32, flaky: Flaky) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> {
    Box::pin(async move {
        flaky.attempt()?;
        if depth == 0 {
            Ok(0)
        } else {
            Ok(1 + recursive(depth - 1, flaky).await?)
        }
    })
}

#[retry]
async fn recursive_async(depth: u32, flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    if depth == 0 {
        Ok(0)
    } else {
        Ok(1 + Box::pin(recursive_async(depth - 1, flaky)).await?)
    }
}

macro_rules! made {
    ($name:ident, $ty:ty, $value:expr) => {
        #[retry(max = 3)]
        #[timeout(5s)]
        async fn $name(flaky: &Flaky, value: $ty) -> Result<$ty, Error> {
            flaky.attempt()?;
            Ok(value + $value)
        }
    };
}

made!(made_by_a_macro, u32, 2);

mod renamed {
    use super::{Error, Flaky};
    use resilience::{fallback as otherwise, retry as again};

    #[otherwise(value = 9)]
    #[again(max = 1)]
    pub(super) async fn imported(flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        Ok(1)
    }
}

#[cfg_attr(all(), retry(max = 3))]
#[cfg_attr(any(), timeout(1ms))]
#[resilience::timeout(1s)]
async fn conditional(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(3)
}

#[derive(Debug, Clone)]
struct Client {
    flaky: Flaky,
    limit: std::time::Duration,
    retries: u32,
}

impl Client {
    const RETRIES: u32 = 3;

    fn new(times: u32) -> Self {
        let limit = std::time::Duration::from_secs(1);
        Self {
            flaky: Flaky::times(times),
            limit,
            retries: 2,
        }
    }

    #[retry(max = 3)]
    async fn by_ref(&self, n: u32) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(n)
    }

    #[retry(max = 3)]
    #[timeout(1s)]
    async fn by_mut(&mut self, n: u32) -> Result<u32, Error> {
        self.retries += n;
        self.flaky.attempt()?;
        Ok(self.retries)
    }

    #[retry(max = 3)]
    async fn by_value(self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.retries)
    }

    #[retry(max = 3)]
    async fn by_arc(self: Arc<Self>, n: u32) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(n + self.retries)
    }

    #[timeout(self.limit)]
    #[retry(max = self.retries)]
    async fn expressions(&self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(1)
    }

    #[retry(max = Self::RETRIES)]
    async fn constants(&self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(1)
    }

    #[fallback(Self::cached)]
    async fn falls_back(&self, n: u32) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(n)
    }

    async fn cached(&self, n: u32) -> Result<u32, Error> {
        Ok(n + 100)
    }
}

trait Api {
    async fn load(&self, n: u32) -> Result<u32, Error>;

    #[retry(max = 3)]
    async fn by_default(&self, n: u32) -> Result<u32, Error> {
        self.load(n).await
    }

    #[retry(max = 3)]
    fn explicit(&self, n: u32) -> impl Future<Output = Result<u32, Error>> + Send
    where
        Self: Sync,
    {
        let _ = self;
        async move { if n > 0 { Ok(n) } else { Err(Error::Gone) } }
    }
}

impl Api for Client {
    #[retry(max = 3)]
    async fn load(&self, n: u32) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(n)
    }
}

#[async_trait::async_trait]
trait Dynamic: Send + Sync {
    async fn load(&self, name: String) -> Result<String, Error>;
    async fn once(&mut self) -> Result<u32, Error>;
}

#[async_trait::async_trait]
impl Dynamic for Client {
    #[retry(max = 3)]
    #[timeout(1s)]
    async fn load(&self, name: String) -> Result<String, Error> {
        self.flaky.attempt()?;
        Ok(name)
    }

    #[timeout(1s)]
    async fn once(&mut self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.retries)
    }
}

#[tokio::test(start_paused = true)]
async fn free_functions() {
    let flaky = Flaky::times(2);
    assert_eq!(spawned(async move { free(&flaky).await }).await, Ok(7));
    assert_eq!(
        spawned(owned(Flaky::times(2), "n".into(), 1)).await,
        Ok("n2".into())
    );
    assert_eq!(
        spawned(patterns((1, 2), Flaky::times(2), [4, 5, 6])).await,
        Ok(8)
    );
    let flaky = Flaky::times(1);
    assert_eq!(
        spawned(async move { generic(&flaky, [1, 2]).await }).await,
        Ok("12".into())
    );
    let flaky = Flaky::times(1);
    assert_eq!(
        spawned(async move { opaque(&flaky, "x").await }).await,
        Ok("x".into())
    );
    let flaky = Flaky::times(1);
    assert_eq!(
        spawned(async move { lifetimes("a", "bb", &flaky).await.map(str::len) }).await,
        Ok(2)
    );
    let flaky = Flaky::times(2);
    let pushed = spawned(async move {
        let mut seen = Vec::new();
        pushes(&mut seen, &flaky).await
    });
    assert_eq!(pushed.await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn bodies() {
    let once = || Flaky::times(1);
    assert_eq!(
        coerces(&once()).await.map(|shape| shape.area()).ok(),
        Some(9)
    );
    assert_eq!(labels(&once()).await, Ok(5));
    assert_eq!(
        hidden(&once()).await.map(|shown| shown.to_string()),
        Ok("42".into())
    );
    assert_eq!(io_alias(&once()).await.ok(), Some(1));
    assert_eq!(anyhow_alias(&once()).await.ok(), Some(1));
    assert_eq!(boxed_error(&once()).await.ok(), Some(1));
    assert_eq!(returns_a_future(&once(), "f".into()).await, Ok("f".into()));
    assert_eq!(spawned(recursive(5, once())).await, Ok(5));
    assert_eq!(recursive_async(5, &once()).await, Ok(5));
    assert_eq!(made_by_a_macro(&once(), 1).await, Ok(3));
    assert_eq!(renamed::imported(&Flaky::times(5)).await, Ok(9));
    assert_eq!(conditional(&once()).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn methods() {
    let client = Client::new(2);
    assert_eq!(spawned(async move { client.by_ref(4).await }).await, Ok(4));
    let mut client = Client::new(2);
    assert_eq!(spawned(async move { client.by_mut(1).await }).await, Ok(5));
    assert_eq!(spawned(Client::new(2).by_value()).await, Ok(2));
    assert_eq!(spawned(Arc::new(Client::new(2)).by_arc(1)).await, Ok(3));
    assert_eq!(Client::new(2).expressions().await, Ok(1));
    assert_eq!(Client::new(3).expressions().await, Err(Error::Busy));
    assert_eq!(Client::new(3).constants().await, Ok(1));
    assert_eq!(Client::new(1).falls_back(1).await, Ok(101));
}

#[tokio::test(start_paused = true)]
async fn traits() {
    assert_eq!(Api::load(&Client::new(2), 4).await, Ok(4));
    assert_eq!(Client::new(2).by_default(4).await, Ok(4));
    assert_eq!(Client::new(0).explicit(4).await, Ok(4));
    let client: Box<dyn Dynamic> = Box::new(Client::new(2));
    assert_eq!(
        spawned(async move { client.load("d".into()).await }).await,
        Ok("d".into())
    );
    let mut client: Box<dyn Dynamic> = Box::new(Client::new(0));
    assert_eq!(spawned(async move { client.once().await }).await, Ok(2));
}

#[test]
fn verdicts_are_plain_values() {
    let verdict = Verdict {
        class: Class::Throttled,
        after: None,
        effect: Effect::None,
    };
    assert_eq!(verdict, Verdict::throttled());
}
