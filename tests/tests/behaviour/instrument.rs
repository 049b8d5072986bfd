//! Where the span of `#[instrument]` lies: around each run of the body, whether it stands above
//! or below ours. It wraps the body before the stack does.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering::SeqCst},
};

use resilience::{Classify, Verdict, retry};
use tracing::{Event, Metadata, Subscriber, instrument, span};

#[derive(Debug)]
struct Busy;

impl Classify for Busy {
    fn classify(&self) -> Verdict {
        Verdict::retryable()
    }
}

#[instrument(skip_all)]
#[retry(max = 2)]
async fn above(attempts: &AtomicU32) -> Result<u32, Busy> {
    third(attempts)
}

#[retry(max = 2)]
#[instrument(skip_all)]
async fn below(attempts: &AtomicU32) -> Result<u32, Busy> {
    third(attempts)
}

fn third(attempts: &AtomicU32) -> Result<u32, Busy> {
    match attempts.fetch_add(1, SeqCst) {
        2 => Ok(3),
        _ => Err(Busy),
    }
}

/// Counts the spans called `above` or `below`.
#[derive(Clone, Default)]
struct Spans(Arc<AtomicU32>, Arc<AtomicU64>);

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let name = span.metadata().name();
        self.0
            .fetch_add(u32::from(["above", "below"].contains(&name)), SeqCst);
        span::Id::from_u64(self.1.fetch_add(1, SeqCst) + 1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_span() {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    assert_eq!(above(&AtomicU32::new(0)).await.ok(), Some(3));
    assert_eq!(spans.0.load(SeqCst), 3);
    assert_eq!(below(&AtomicU32::new(0)).await.ok(), Some(3));
    assert_eq!(spans.0.load(SeqCst), 6);
}
