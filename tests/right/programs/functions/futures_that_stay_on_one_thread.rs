#![expect(
    clippy::future_not_send,
    reason = "the future is not `Send`, and need not be"
)]

use std::{cell::Cell, rc::Rc};

use resilience::{fallback, retry, timeout};

use crate::Error;

#[fallback(value = 7)]
#[timeout(5s)]
#[retry]
async fn local(count: Rc<Cell<u32>>) -> Result<u32, Error> {
    count.set(count.get() + 1);
    tokio::task::yield_now().await;
    if count.get() < 3 {
        return Err(Error::Busy);
    }
    Ok(count.get())
}

pub(super) async fn run() {
    let local = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = runtime.map_err(|_| Error::Gone)?;
        runtime.block_on(local(Rc::new(Cell::new(2))))
    });
    assert_eq!(local.join().ok(), Some(Ok(3)));
    std::future::ready(()).await;
}
