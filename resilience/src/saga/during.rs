//! Which step runs: for [`Step::key`](super::Step::key).
//!
//! Not a task-local of tokio's: a plain cell is set and put back in a few instructions, and the
//! step of a program without sagas pays for nothing else.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

use super::key::{Key, StepKey};

thread_local! {
    /// The key of the step that is being polled. Const-initialised and without a destructor.
    static RUNNING: Cell<StepKey> = const { Cell::new(StepKey::NONE) };
}

/// The key of the running step, drawn now if it has none yet; `None` outside a step.
pub(super) fn running() -> Option<Key> {
    let (key, step) = RUNNING.get().drawn()?;
    RUNNING.set(step);
    Some(key)
}

pin_project! {
    /// A future that runs, and is dropped, as the step with this key.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub(super) struct During<F> {
        // `None` once it has ended: what it still held is dropped as the step as well.
        #[pin]
        inner: Option<F>,
        step: StepKey,
    }

    impl<F> PinnedDrop for During<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.inner.is_some() {
                let _set = Set::new(this.step);
                this.inner.set(None);
            }
        }
    }
}

impl<F> During<F> {
    #[inline]
    pub(super) fn new(step: StepKey, inner: F) -> Self {
        Self {
            inner: Some(inner),
            step,
        }
    }
}

impl<F: Future> Future for During<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _set = Set::new(this.step);
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            polled_again()
        };
        let outcome = ready!(inner.poll(cx));
        this.inner.set(None);
        Poll::Ready(outcome)
    }
}

/// The cell holds the step's key; when this goes, the step has it back, drawn or not.
struct Set<'a> {
    step: &'a mut StepKey,
    before: StepKey,
}

impl<'a> Set<'a> {
    #[inline]
    fn new(step: &'a mut StepKey) -> Self {
        let before = RUNNING.replace(*step);
        Self { step, before }
    }
}

impl Drop for Set<'_> {
    #[inline]
    fn drop(&mut self) {
        *self.step = RUNNING.replace(self.before);
    }
}

#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
fn polled_again() -> ! {
    panic!("a step was polled after its end")
}

#[cfg(test)]
mod tests {
    use std::future::{Future, poll_fn};

    use super::{During, running};
    use crate::saga::key::StepKey;

    fn text() -> Option<String> {
        running().map(|key| key.to_string())
    }

    /// Asks when it is dropped, as a guard in a body may.
    struct Asks<'a>(&'a mut Option<String>);

    impl Drop for Asks<'_> {
        fn drop(&mut self) {
            *self.0 = text();
        }
    }

    #[tokio::test]
    async fn a_step_keeps_the_key_it_drew_while_others_run_between() {
        let step = || async {
            let first = text();
            tokio::task::yield_now().await;
            let nested = During::new(StepKey::ALONE, async { text() }).await;
            assert!(first.is_some() && nested.is_some() && nested != first);
            assert_eq!(text(), first);
            first
        };
        let one = During::new(StepKey::ALONE, step());
        let two = During::new(StepKey::ALONE, step());
        let (one, two) = tokio::join!(one, two);
        assert_ne!(one, two);
        assert_eq!(text(), None);
    }

    #[tokio::test]
    async fn a_step_that_is_dropped_still_has_its_key() {
        let (mut drawn, mut dropped) = (None, None);
        let body = async {
            let asks = Asks(&mut dropped);
            drawn = text();
            std::future::pending::<()>().await;
            drop(asks);
        };
        let mut step = Box::pin(During::new(StepKey::ALONE, body));
        poll_fn(|cx| {
            step.as_mut()
                .poll(cx)
                .map(|()| ())
                .is_pending()
                .then_some(())
                .map_or(std::task::Poll::Pending, std::task::Poll::Ready)
        })
        .await;
        drop(step);
        assert!(drawn.is_some());
        assert_eq!(drawn, dropped);
        assert_eq!(text(), None);
    }

    #[test]
    fn a_panic_puts_the_cell_back() {
        let step = During::new(StepKey::ALONE, async {
            assert!(text().is_none(), "there is a key");
        });
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut step = std::pin::pin!(step);
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            let _ = step.as_mut().poll(&mut cx);
        }));
        assert!(caught.is_err());
        assert_eq!(text(), None);
    }
}
