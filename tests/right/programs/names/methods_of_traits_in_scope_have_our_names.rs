use resilience::{Attempt, Circuit, circuit, compensate, fallback, hedge, retry, timeout};

use crate::{Error, Flaky};

static SHARED: Circuit = Circuit::new("right::methods");

/// Methods that every type has here, under the names of the language's and of the runtime's.
trait Everything: Sized {
    fn max(&self, _: u32) {}
    fn next(&mut self) {}
    fn again(&self) {}
    fn succeeded(&self) {}
    fn into_future(self) {}
    fn classify(&self) {}
    fn map(&self) {}
    fn has_cut(self) {}
    fn under(self) {}
    fn verdict(self) {}
    fn policy(self) {}
    fn enter(self) {}
    fn and(self) {}
    fn assert(self) {}
    fn more(self) {}
    fn as_mut(&mut self) {}
    fn start(self) {}
    fn failed(self) {}
    fn delay(self) {}
    fn take(self) {}
    fn is_another(&self) {}
}

impl<T> Everything for T {}

async fn undo(n: u32) -> Result<(), Error> {
    std::future::ready(n).await;
    Ok(())
}

#[compensate(undo(n))]
#[fallback(value = n)]
#[timeout(60s)]
#[retry(max = 2, backoff = linear(1ms), on_retry = |_| (), on_give_up = |_| ())]
#[hedge(after = 10ms)]
#[circuit(failures = 3, key = n)]
#[circuit(SHARED)]
#[timeout(1s)]
async fn call(flaky: &Flaky, n: u32) -> Result<u32, Error> {
    flaky.attempt()?;
    Attempt::current().map_or(Err(Error::Gone), |_| Ok(n + 1))
}

pub(super) async fn run() {
    Everything::max(&1, 2);
    ().again();
    ().succeeded();
    ().map();
    ().has_cut();
    ().under();
    ().verdict();
    ().policy();
    ().enter();
    ().and();
    ().assert();
    ().more();
    ().as_mut();
    ().start();
    ().failed();
    ().delay();
    ().take();
    ().is_another();
    Everything::next(&mut 1);
    Everything::into_future(1);
    Everything::classify(&1);
    assert_eq!(call(&Flaky::times(2), 3).await, Ok(4));
}
