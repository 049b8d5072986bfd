//! The events of this crate, as they are emitted on this thread.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::unused_self,
    reason = "shared by test binaries of which none uses all of it; what fails here is a failed test"
)]

use std::{
    cell::RefCell,
    fmt::{Debug, Write as _},
    marker::PhantomData,
    sync::Once,
};

use tracing::{
    Event, Metadata, Subscriber, callsite,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Collects the events of this thread until it is dropped.
///
/// One subscriber for the whole process: with one for each thread, a place in the program that
/// two threads reach for the first time may be remembered as one that nobody listens to.
pub(crate) struct Events(PhantomData<*const ()>);

impl Events {
    pub(crate) fn collect() -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            tracing::subscriber::set_global_default(Collector).unwrap();
            // Places that were being remembered just now are asked again.
            for _ in 0..100 {
                std::thread::yield_now();
                callsite::rebuild_interest_cache();
            }
        });
        LINES.set(Some(Vec::new()));
        Self(PhantomData)
    }

    /// The events as `kind field=value …`, the site left out.
    pub(crate) fn lines(&self) -> Vec<String> {
        LINES.with_borrow(|lines| lines.clone().unwrap_or_default())
    }

    /// How many of this kind there were.
    pub(crate) fn count(&self, kind: &str) -> usize {
        let lines = self.lines();
        let of_kind = lines
            .iter()
            .filter(|line| line.split(' ').next() == Some(kind));
        of_kind.count()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

struct Collector;

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "kind" => write!(self.0, "{value:?}"),
            "site" => Ok(()),
            name => write!(self.0, " {name}={value:?}"),
        };
        written.unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "resilience"
    }

    fn event(&self, event: &Event<'_>) {
        LINES.with_borrow_mut(|lines| {
            let Some(lines) = lines else { return };
            let mut line = Line::default();
            event.record(&mut line);
            lines.push(line.0);
        });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
