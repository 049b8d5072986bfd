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

use super::key::{Key, ciphered, draw};

thread_local! {
    /// The step that is being polled. Const-initialised and without a destructor, as is the next.
    static RUNNING: Cell<Word> = const { Cell::new(Word::NONE) };
    /// The key of the innermost step of a saga that is being polled.
    static KNOWN: Cell<Key> = const { Cell::new(Key { saga: 0, number: 0 }) };
}

/// How a step comes by its key; for one outside a saga, its number among the keys drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word(u64);

impl Word {
    /// No step runs.
    const NONE: Self = Self(0);
    /// A step of a saga: its key is [`KNOWN`].
    const KNOWN: Self = Self(1);
    /// A step outside a saga that nobody has asked for its key.
    const NOT_DRAWN: Self = Self(2);
    /// The first that has been asked.
    const DRAWN: u64 = 3;
}

/// The key of the running step, drawn now if it has none yet; `None` outside a step.
pub(super) fn running() -> Option<Key> {
    let drawn = match RUNNING.get() {
        Word::NONE => return None,
        Word::KNOWN => return Some(KNOWN.get()),
        Word::NOT_DRAWN => {
            let drawn = draw();
            RUNNING.set(Word(drawn.saturating_add(Word::DRAWN)));
            drawn
        }
        Word(word) => word - Word::DRAWN,
    };
    Some(Key {
        saga: ciphered(drawn),
        number: 0,
    })
}

pin_project! {
    /// A future that runs, and is dropped, as a step.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub(super) struct During<F, K: Keyed> {
        // `None` once it has ended: what it still held is dropped as the step as well.
        #[pin]
        inner: Option<F>,
        word: Word,
        // Dropped after the body.
        owner: K,
    }

    impl<F, K: Keyed> PinnedDrop for During<F, K> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.inner.is_some() {
                let _known = Known::set(this.owner.key());
                let _word = Set::new(this.word);
                this.inner.set(None);
            }
        }
    }
}

/// Whoever knows the key of a step of a saga.
pub(super) trait Keyed {
    /// The key; `None` where there is no such step.
    fn key(&self) -> Option<Key>;
}

impl Keyed for Option<Key> {
    fn key(&self) -> Option<Key> {
        *self
    }
}

impl<F, K: Keyed> During<F, K> {
    /// The step with the owner's key, or with one that is drawn if somebody asks.
    #[inline]
    pub(super) fn step(owner: K, inner: F) -> Self {
        let word = if owner.key().is_some() {
            Word::KNOWN
        } else {
            Word::NOT_DRAWN
        };
        Self {
            inner: Some(inner),
            word,
            owner,
        }
    }

    #[inline]
    pub(super) fn owner(self: Pin<&mut Self>) -> &mut K {
        self.project().owner
    }
}

impl<F> During<F, Option<Key>> {
    /// No step, whatever step runs around it.
    pub(super) fn no_step(inner: F) -> Self {
        Self {
            inner: Some(inner),
            word: Word::NONE,
            owner: None,
        }
    }
}

impl<F: Future, K: Keyed> Future for During<F, K> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _known = Known::set(this.owner.key());
        let _word = Set::new(this.word);
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            polled_again()
        };
        let outcome = ready!(inner.poll(cx));
        this.inner.set(None);
        Poll::Ready(outcome)
    }
}

/// The cell holds the step's word; when this goes, the step has it back, drawn or not.
struct Set<'a> {
    word: &'a mut Word,
    before: Word,
}

impl<'a> Set<'a> {
    #[inline]
    fn new(word: &'a mut Word) -> Self {
        let before = RUNNING.replace(*word);
        Self { word, before }
    }
}

impl Drop for Set<'_> {
    #[inline]
    fn drop(&mut self) {
        *self.word = RUNNING.replace(self.before);
    }
}

/// The key that was known before.
struct Known(Key);

impl Known {
    #[inline]
    fn set(key: Option<Key>) -> Option<Self> {
        key.map(|key| Self(KNOWN.replace(key)))
    }
}

impl Drop for Known {
    #[inline]
    fn drop(&mut self) {
        KNOWN.set(self.0);
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
    use std::{
        future::{Future, poll_fn},
        task::Poll,
    };

    use super::{During, running};
    use crate::saga::key::Key;

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
            let nested = During::step(None::<Key>, async { text() }).await;
            assert!(first.is_some() && nested.is_some() && nested != first);
            assert_eq!(text(), first);
            first
        };
        let one = During::step(None::<Key>, step());
        let two = During::step(None::<Key>, step());
        let (one, two) = tokio::join!(one, two);
        assert_ne!(one, two);
        assert_eq!(text(), None);
    }

    #[tokio::test]
    async fn steps_of_a_saga_and_others_nest() {
        let key = |number| Some(Key { saga: 7, number });
        let inner = During::step(key(2), async { running() });
        let alone = During::step(None::<Key>, async {
            let before = running();
            assert_eq!(inner.await, key(2));
            assert_eq!(running(), before);
            assert_eq!(During::no_step(async { running() }).await, None);
            before
        });
        let outer = During::step(key(1), async {
            assert_eq!(running(), key(1));
            let alone = alone.await;
            assert!(alone.is_some() && alone != key(1));
            assert_eq!(running(), key(1));
        });
        outer.await;
        assert_eq!(running(), None);
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
        let mut step = Box::pin(During::step(None::<Key>, body));
        let pending = poll_fn(|cx| Poll::Ready(step.as_mut().poll(cx).is_pending()));
        assert!(pending.await);
        drop(step);
        assert!(drawn.is_some());
        assert_eq!(drawn, dropped);
        assert_eq!(text(), None);
    }

    #[test]
    fn a_panic_puts_the_cell_back() {
        let step = During::step(None::<Key>, async {
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
