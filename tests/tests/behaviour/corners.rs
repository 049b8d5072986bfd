//! Corners of the language that an attribute meets (MC-05): each function works as it does
//! without, and its future is `Send` where the body's is.

use std::{
    cell::Cell,
    fmt::Display,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use resilience::{
    Classify, Rejection, StepOutcome, Verdict, circuit, compensate, fallback, retry, saga, timeout,
};

#[derive(Debug, Clone, PartialEq)]
enum Error {
    Busy,
    Rejected(Rejection),
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Busy => Verdict::retryable(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

fn sent<F: Future + Send>(future: F) -> F {
    future
}

/// Fails the first time it is asked.
#[derive(Debug, Default)]
struct Once(AtomicU32);

impl Once {
    fn ask(&self) -> Result<(), Error> {
        if self.0.fetch_add(1, SeqCst) == 0 {
            Err(Error::Busy)
        } else {
            Ok(())
        }
    }
}

#[retry(max = 1)]
#[timeout(1s)]
async fn r#match(r#type: &Once, größe: u32) -> Result<u32, Error> {
    r#type.ask()?;
    Ok(größe)
}

#[fallback(r#match(r#type, r#fn))]
async fn raw_names(r#type: &Once, r#fn: u32) -> Result<u32, Error> {
    let _ = r#fn;
    r#type.ask()?;
    Err(Error::Busy)
}

async fn give_back(r#type: String, outcome: StepOutcome<&u32>) -> Result<(), Error> {
    let _ = (r#type, outcome);
    Ok(())
}

#[saga]
#[compensate(give_back(r#type, outcome))]
async fn raw_undo(r#type: String) -> Result<u32, Error> {
    drop(r#type);
    Ok(2)
}

#[retry(max = 1)]
async fn inner_attributes(once: &Once) -> Result<u32, Error> {
    #![deny(unused_variables)]
    #![expect(unused_mut, reason = "the attribute is the case")]
    let mut found = 3;
    once.ask()?;
    Ok(found)
}

#[retry(max = 1)]
async fn macros_inside(once: &Once, names: &[&str]) -> Result<String, Error> {
    once.ask()?;
    let joined = names
        .iter()
        .map(|name| format!("<{name}>"))
        .collect::<Vec<_>>()
        .concat();
    assert!(matches!(joined.len(), 0..=99), "{joined}");
    Ok(joined)
}

#[retry(max = 1)]
async fn closures<F, T>(once: &Once, make: F) -> Result<T, Error>
where
    F: Fn(u32) -> T + Clone + Send,
    T: Send,
{
    once.ask()?;
    Ok(make(4))
}

#[retry(max = 1)]
async fn a_dyn_argument(once: &Once, shown: &(dyn Display + Sync)) -> Result<String, Error> {
    once.ask()?;
    Ok(shown.to_string())
}

#[retry(max = 1)]
#[circuit(failures = 9)]
async fn unnamed_arguments(_: u32, once: &Once, _unused: String) -> Result<u32, Error> {
    once.ask()?;
    Ok(6)
}

#[retry(max = 1)]
async fn elided(once: &Once, text: &'static str) -> Result<&'static str, Error> {
    once.ask()?;
    Ok(text.trim())
}

#[retry(max = 1)]
async fn nested(once: &Once) -> Result<u32, Error> {
    mod inside {
        use super::{Error, Once};

        #[resilience::retry(max = 1)]
        pub(super) async fn deeper(once: &Once) -> Result<u32, Error> {
            once.ask()?;
            Ok(7)
        }
    }
    #[timeout(1s)]
    #[retry(max = 1)]
    async fn beside(once: &Once) -> Result<u32, Error> {
        inside::deeper(once).await
    }
    beside(once).await
}

#[must_use = "the outcome says whether it worked"]
#[deprecated = "only to see that it is"]
#[retry(max = 1)]
#[doc(hidden)]
async fn foreign_attributes(once: &Once) -> Result<u32, Error> {
    once.ask()?;
    Ok(8)
}

struct Shelf<T>(Arc<Once>, Mutex<Vec<T>>);

impl<T: Clone> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        let items = self.1.lock().unwrap().clone();
        Self(Arc::clone(&self.0), Mutex::new(items))
    }
}

impl<T: Clone + Send> Shelf<T> {
    fn new(item: T) -> Self {
        Self(Arc::default(), Mutex::new(vec![item]))
    }

    #[retry(max = 1)]
    async fn by_box(self: Box<Self>) -> Result<usize, Error> {
        self.0.ask()?;
        Ok(self.1.lock().unwrap().len())
    }

    #[retry(max = 1)]
    async fn by_pin(self: Pin<&mut Self>, item: T) -> Result<usize, Error> {
        self.0.ask()?;
        let mut items = self.1.lock().unwrap();
        items.push(item);
        Ok(items.len())
    }

    #[retry(max = 1)]
    async fn closures_with_self(&self, more: usize) -> Result<usize, Error> {
        let count = || self.1.lock().unwrap().len() + more;
        self.0.ask()?;
        Ok(count())
    }

    #[timeout(1s)]
    async fn consumed(mut self) -> Result<Option<T>, Error> {
        self.1 = Mutex::new(self.1.into_inner().unwrap());
        Ok(self.1.into_inner().unwrap().pop())
    }
}

struct Local(Cell<u32>);

impl Local {
    #[retry(max = 1)]
    #[timeout(1s)]
    async fn by_rc(self: Rc<Self>) -> Result<u32, Error> {
        self.0.set(self.0.get() + 1);
        if self.0.get() == 1 {
            return Err(Error::Busy);
        }
        Ok(self.0.get())
    }
}

/// A trait with parameters of its own, and an associated type in the return type.
trait Store<K> {
    type Item: Send;

    async fn get(&self, key: K) -> Result<Self::Item, Error>;
}

impl Store<u32> for Once {
    type Item = u32;

    #[retry(max = 1)]
    async fn get(&self, key: u32) -> Result<Self::Item, Error> {
        self.ask()?;
        Ok(key)
    }
}

impl Store<&str> for Once {
    type Item = usize;

    #[retry(max = 1)]
    async fn get(&self, key: &str) -> Result<Self::Item, Error> {
        self.ask()?;
        Ok(key.len())
    }
}

macro_rules! annotate {
    ($function:item) => {
        #[retry(max = 1)]
        #[timeout(1s)]
        $function
    };
}

macro_rules! with_body {
    ($name:ident, $ret:ty, $once:ident, $body:block) => {
        #[retry(max = 1)]
        async fn $name($once: &Once) -> $ret $body
    };
}

annotate! {
    async fn from_an_item(once: &Once) -> Result<u32, Error> {
        once.ask()?;
        Ok(10)
    }
}

with_body!(from_a_block, Result<u32, Error>, once, {
    once.ask()?;
    Ok(11)
});

#[tokio::test(start_paused = true)]
async fn functions() {
    let once = Once::default;
    assert_eq!(sent(r#match(&once(), 1)).await, Ok(1));
    assert_eq!(sent(raw_names(&once(), 1)).await, Ok(1));
    assert_eq!(sent(raw_undo("n".into())).await, Ok(2));
    assert_eq!(sent(inner_attributes(&once())).await, Ok(3));
    assert_eq!(
        sent(macros_inside(&once(), &["a", "b"])).await,
        Ok("<a><b>".into())
    );
    assert_eq!(sent(closures(&once(), |n| n + 1)).await, Ok(5));
    assert_eq!(sent(a_dyn_argument(&once(), &5)).await, Ok("5".into()));
    assert_eq!(
        sent(unnamed_arguments(0, &once(), String::new())).await,
        Ok(6)
    );
    assert_eq!(sent(elided(&once(), " a ")).await, Ok("a"));
    assert_eq!(sent(nested(&once())).await, Ok(7));
    #[expect(deprecated, reason = "that it is, is the case")]
    let hidden = foreign_attributes(&once()).await;
    assert_eq!(hidden, Ok(8));
    assert_eq!(sent(from_an_item(&once())).await, Ok(10));
    assert_eq!(sent(from_a_block(&once())).await, Ok(11));
}

#[tokio::test(start_paused = true)]
async fn receivers() {
    assert_eq!(sent(Box::new(Shelf::new(1)).by_box()).await, Ok(1));
    assert_eq!(sent(Pin::new(&mut Shelf::new(1)).by_pin(2)).await, Ok(2));
    assert_eq!(sent(Shelf::new(1).closures_with_self(2)).await, Ok(3));
    assert_eq!(sent(Shelf::new(1).consumed()).await, Ok(Some(1)));
    assert_eq!(Rc::new(Local(Cell::new(0))).by_rc().await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn traits() {
    assert_eq!(Once::default().get(3_u32).await, Ok(3));
    assert_eq!(Once::default().get("four").await, Ok(4));
}

#[timeout(1s)]
#[retry(max = 1)]
#[tokio::test(start_paused = true)]
async fn a_test_below_ours() -> Result<(), Error> {
    static ONCE: Once = Once(AtomicU32::new(0));
    ONCE.ask()
}
